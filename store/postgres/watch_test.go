package postgres

import (
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

func TestSkew(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct{ took, ahead, want time.Duration }{
		{0, 0, 0}, {10 * time.Millisecond, 15 * time.Millisecond, 0}, {400 * time.Millisecond, 150 * time.Millisecond, 0},
		{10 * time.Millisecond, time.Hour, time.Hour}, {10 * time.Millisecond, -3 * time.Minute, -3 * time.Minute},
	} {
		if got := skew(now, now.Add(c.took), now.Add(c.took/2+c.ahead)); got != c.want {
			t.Errorf("asked for %s, %s ahead: %s, want %s", c.took, c.ahead, got, c.want)
		}
	}
}

// What is told on the channel is read back; what anybody else tells there is not taken for it.
func TestTailPayload(t *testing.T) {
	t.Parallel()
	want := tail{seq: 1 << 40, hash: dealmap.Hash{1, 2, 31: 3}}
	if got, ok := parseTail(want.payload()); !ok || got != want {
		t.Errorf("%q is read as %+v, %v", want.payload(), got, ok)
	}
	for _, text := range []string{"", "1", "x 00", "-1 " + want.hash.String(), want.payload() + "00", "9223372036854775808 " + want.hash.String()} {
		if _, ok := parseTail(text); ok {
			t.Errorf("%q is taken for the end of a journal", text)
		}
	}
}
