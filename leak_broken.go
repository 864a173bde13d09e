//go:build brokensee

package dealmap

// Leak makes Scope.See show what it should hide, in this detail. It exists under the build tag brokensee only, for the
// test that the tests of scope notice.
var Leak = Nothing

func leak(*Place) Detail { return Leak }
