package sandbox

import "testing"

func TestEveryOmissionHasAReason(t *testing.T) {
	t.Parallel()
	all := notImitated()
	if len(all) == 0 {
		t.Fatal("an imitation without omissions is not honest")
	}
	seen := map[string]bool{}
	for _, o := range all {
		if len(o.What) < 5 || len(o.Why) < 20 || o.Why[len(o.Why)-1] != '.' {
			t.Errorf("%q without a reason in words: %q", o.What, o.Why)
		}
		if seen[o.What] {
			t.Errorf("%q is there twice", o.What)
		}
		seen[o.What] = true
	}
}
