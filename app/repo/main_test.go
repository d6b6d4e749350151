package repo

import (
	"testing"

	"github.com/castellan-app/castellan/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }
