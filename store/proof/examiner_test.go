package proof_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// logUnderTest is a log and its tree in memory, to be harmed at will.
type logUnderTest struct {
	leaves []tlog.Hash
	stored plain
}

func newLog(size, salt int) *logUnderTest {
	l := &logUnderTest{}
	for n := range size {
		l.leaves = append(l.leaves, tlog.RecordHash(record(n+salt)))
	}
	l.grow()
	return l
}

// grow makes the stored tree that fits the leaves.
func (l *logUnderTest) grow() {
	var f proof.Frontier
	l.stored = nil
	for _, leaf := range l.leaves {
		l.stored = append(l.stored, f.Add(leaf)...)
	}
}

func (l *logUnderTest) block(n int64) ([]byte, error) {
	var block []byte
	for i := n * 256; i < min((n+1)*256, int64(len(l.stored))); i++ {
		block = append(block, l.stored[i][:]...)
	}
	return block, nil
}

func (l *logUnderTest) at(size int64) proof.Checkpoint {
	root, err := tlog.TreeHash(size, l.stored)
	if err != nil {
		panic(err)
	}
	return proof.Checkpoint{Origin: proof.OriginJournal, Size: size, Root: root, Time: noon.Add(time.Duration(size) * time.Second)}
}

func (l *logUnderTest) examine(treeSize int64, against []proof.Checkpoint) proof.Finding {
	x := proof.NewExaminer("journal", treeSize, l.block, against)
	for _, leaf := range l.leaves {
		x.Line(leaf)
	}
	return x.Done()
}

func TestExaminerOfAGoodLog(t *testing.T) {
	t.Parallel()
	l := newLog(700, 0)
	other := l.at(3)
	other.Origin = proof.OriginConsultations
	other.Root[0]++
	against := []proof.Checkpoint{l.at(700), l.at(0), other, l.at(255), l.at(255), l.at(512)}
	for _, treeSize := range []int64{700, 600, 0} { // a tree that lags behind is none the worse
		f := l.examine(treeSize, against)
		if !f.OK() || f.FirstBad != 0 || f.Range != [2]int64{} || f.Checkpoints != 5 || f.Lines != 700 || f.Root != against[0].Root {
			t.Errorf("tree of %d: %+v", treeSize, f)
		}
	}
	x := proof.NewExaminer("journal", 700, l.block, against)
	for n, leaf := range l.leaves {
		if n%3 == 0 {
			x.Erased()
		} else {
			x.Line(leaf)
		}
	}
	if f := x.Done(); !f.OK() || f.Erased != 234 || f.Root != against[0].Root {
		t.Errorf("erased lines: %+v", f)
	}
}

func TestExaminerNamesWhatDiffers(t *testing.T) {
	t.Parallel()
	const size = 700
	good := newLog(size, 0)
	against := []proof.Checkpoint{good.at(100), good.at(300), good.at(500), good.at(700)}
	odd := tlog.RecordHash([]byte("autre"))
	for name, c := range map[string]struct {
		harm  func(*logUnderTest)
		first int64
		rng   [2]int64
		says  string
	}{
		"a line":             {func(l *logUnderTest) { l.leaves[349] = odd }, 350, [2]int64{}, "ce sont des lignes"},
		"two lines":          {func(l *logUnderTest) { l.leaves[349], l.leaves[9] = odd, odd }, 10, [2]int64{}, "ce sont des lignes"},
		"lines swapped":      {func(l *logUnderTest) { l.leaves[40], l.leaves[41] = l.leaves[41], l.leaves[40] }, 41, [2]int64{}, "ligne n° 42"},
		"a stored hash":      {func(l *logUnderTest) { l.stored[tlog.StoredHashIndex(0, 349)] = odd }, 350, [2]int64{}, "ce sont les empreintes"},
		"an inner hash":      {func(l *logUnderTest) { l.stored[tlog.StoredHashIndex(3, 10)] = odd }, 0, [2]int64{}, "n° 81 à 88"},
		"line and its hash":  {func(l *logUnderTest) { l.leaves[349] = odd; l.stored[tlog.StoredHashIndex(0, 349)] = odd }, 0, [2]int64{301, 500}, "n° 349 à 350"},
		"written anew":       {func(l *logUnderTest) { l.leaves[349] = odd; l.grow() }, 0, [2]int64{301, 500}, "attestation du 23/11/2026 à 13:08:20 CET"},
		"wholly anew":        {func(l *logUnderTest) { *l = *newLog(size, 1) }, 0, [2]int64{1, 100}, "attestation"},
		"one taken out":      {func(l *logUnderTest) { l.leaves = append(l.leaves[:20:20], l.leaves[21:]...) }, 21, [2]int64{}, "ligne n° 21"},
		"one put in":         {func(l *logUnderTest) { l.leaves = append(append(l.leaves[:20:20], odd), l.leaves[20:]...) }, 21, [2]int64{}, "ligne n° 21"},
		"tail cut":           {func(l *logUnderTest) { l.leaves = l.leaves[:600] }, 601, [2]int64{}, "600 lignes, alors que 700 ont été attestées"},
		"tail cut, tree too": {func(l *logUnderTest) { l.leaves = l.leaves[:600]; l.grow() }, 601, [2]int64{}, "alors que 700 ont été attestées"},
		"emptied":            {func(l *logUnderTest) { *l = logUnderTest{} }, 1, [2]int64{}, "0 lignes"},
	} {
		l := newLog(size, 0)
		c.harm(l)
		f := l.examine(tlogSize(l.stored), against)
		if f.FirstBad != c.first || f.Range != c.rng || !strings.Contains(strings.Join(f.Problems, "\n"), c.says) {
			t.Errorf("%s: first %d range %v\n%s", name, f.FirstBad, f.Range, strings.Join(f.Problems, "\n"))
		}
	}
}

// Checkpoints that whoever rewrote the log signed afterwards agree with it; they do not narrow the range down.
func TestForgedCheckpointsDoNotMislead(t *testing.T) {
	t.Parallel()
	good, l := newLog(400, 0), newLog(400, 0)
	l.leaves[149] = tlog.RecordHash([]byte("autre"))
	l.grow()
	from := func(source string, c proof.Checkpoint) proof.Checkpoint { c.Source = source; return c }
	against := []proof.Checkpoint{
		from("ours", l.at(100)), from("ours", l.at(200)), from("ours", l.at(300)), from("ours", l.at(400)),
		from("second", good.at(100)), from("second", good.at(400)), from("second", l.at(300)), from("second", l.at(400)),
	}
	if f := l.examine(400, against); f.Range != [2]int64{101, 400} || len(f.Problems) != 1 || f.Checkpoints != 8 {
		t.Errorf("range %v\n%s", f.Range, strings.Join(f.Problems, "\n"))
	}
}

func tlogSize(stored plain) (n int64) {
	for tlog.StoredHashCount(n) < int64(len(stored)) {
		n++
	}
	return n
}

// Any one bit of any line or stored hash, anywhere: found, and a line by its number.
func TestExaminerMissesNoBit(t *testing.T) {
	t.Parallel()
	const seed = 20261123
	t.Logf("SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	l := newLog(600, 0)
	against := []proof.Checkpoint{l.at(1), l.at(600)}
	for range 300 {
		hash := &l.leaves[r.IntN(len(l.leaves))]
		if r.IntN(2) == 0 {
			hash = &l.stored[r.IntN(len(l.stored))]
		}
		at, bit := r.IntN(32), byte(1)<<r.IntN(8)
		hash[at] ^= bit
		if f := l.examine(600, against); f.OK() {
			t.Fatal("a bit was flipped and nothing found")
		}
		hash[at] ^= bit
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	l := newLog(100, 0)
	for i := range l.leaves {
		l.leaves[i][0]++
	}
	f := l.examine(100, nil)
	if len(f.Problems) != 20 || f.More != 80 || f.FirstBad != 1 {
		t.Errorf("%d problems and %d more, first %d", len(f.Problems), f.More, f.FirstBad)
	}
}

func BenchmarkExaminer(b *testing.B) {
	l := newLog(1<<17, 0)
	against := []proof.Checkpoint{l.at(1 << 17)}
	for b.Loop() {
		x := proof.NewExaminer("journal", 1<<17, func(n int64) ([]byte, error) { return l.block(n) }, against)
		for _, leaf := range l.leaves {
			x.Line(leaf)
		}
		if f := x.Done(); !f.OK() {
			b.Fatal(fmt.Sprint(f.Problems))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(1<<17), "ns/line")
}
