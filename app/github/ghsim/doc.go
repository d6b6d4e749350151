// Package ghsim is a GitHub that runs in a test.
package ghsim
