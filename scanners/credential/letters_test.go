package credential

import (
	"strings"
	"testing"
)

// Letters made at random are found under a key's name though they have no
// digit; words and words joined are not.
func TestKeysOfLettersAlone(t *testing.T) {
	t.Parallel()
	r := seeded(99)
	finds := func(value string) bool {
		js := Judge(Context{Place: InEnv, Name: "ACME_API_KEY"}, value)
		return len(js) > 0 && js[0].Class == Literal
	}
	for _, c := range [][2]int{{12, 80}, {14, 60}, {16, 50}, {18, 40}, {20, 30}, {24, 20}} { // letters, most missed
		n, most, missed := c[0], c[1], 0
		for range 1000 {
			if !finds(gen(r, lower, n)) {
				missed++
			}
		}
		t.Logf("of 1,000 of %d letters %d are missed", n, missed)
		if missed > most {
			t.Errorf("of 1,000 of %d letters %d are missed, at most %d were", n, missed, most)
		}
	}
	for word := range strings.FieldsSeq(`authentication configuration implementation responsibility internationalization acknowledgement straightforward
		environmentvariable checkoutservice workspaceprovider applicationdefault placeholderkey usekeychainlogin askyouradministrator developmentonly
		requiredforproduction managedbyplatform readfromenvironment kubernetescluster postgresdatabase elasticsearch cloudflareworkers githubenterprise
		langchainserver huggingfacehub stablediffusion entwicklungsumgebung zugangsdaten motdepassesecret contrasenasegura identifiants autenticazione
		INTERNATIONALIZATION ACKNOWLEDGEMENT windsurfplayground vectorstorebackend knowledgegraph browserautomation sequentialthinking filesystemaccess`) {
		if finds(word) {
			t.Errorf("%s is taken for a key", word)
		}
	}
}
