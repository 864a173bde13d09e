package secrets

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// How failures to sign in are answered. After freeFailures in a row an account is locked for everybody, for firstLock at
// first and twice as long after each failure that follows, up to longestLock; a success, or a day without a failure, starts
// anew. However many addresses share the guessing, an account is thus guessed at some 40 times in the first day and 24
// times a day then. An address from which somebody signed in to the account within trustedFor is counted on its own, so
// that an attacker elsewhere does not lock the owner out. Names that are no account's are treated in the same way and with
// the same work, and only so many of them are kept.
const (
	freeFailures  = 10
	firstLock     = time.Minute
	longestLock   = time.Hour
	forgottenIn   = 24 * time.Hour
	trustedFor    = 30 * 24 * time.Hour
	mostAddresses = 50 // of one account
	mostStrangers = 1 << 16
)

// ErrLocked is what every LockedError is.
var ErrLocked = errors.New("trop d’échecs de connexion")

// LockedError says that an account, which may not even exist, takes no password until a moment.
type LockedError struct {
	Until time.Time
	wait  time.Duration
}

func (e *LockedError) Error() string {
	if minutes := (e.wait + time.Minute - 1) / time.Minute; minutes > 1 {
		return fmt.Sprintf("%v : réessayez dans %d minutes", ErrLocked, minutes)
	}
	return fmt.Sprintf("%v : réessayez dans une minute", ErrLocked)
}

// Is implements errors.Is.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// counterKey names an account and an address by keyed hashes: the file tells neither which names were tried nor from where.
// The second half is zero for all addresses that are counted together.
type counterKey [32]byte

type counter struct {
	failures    uint32
	until, last time.Time // locked until; the last failure
}

func (c counter) current(now time.Time) counter {
	since := c.last
	if c.until.After(since) {
		since = c.until
	}
	if now.Sub(since) > forgottenIn {
		return counter{}
	}
	return c
}

const counterSize = 4 + 8 + 8

func (c counter) encode() []byte {
	data := binary.BigEndian.AppendUint32(nil, c.failures)
	data = binary.BigEndian.AppendUint64(data, uint64(c.until.UnixMilli()))
	return binary.BigEndian.AppendUint64(data, uint64(c.last.UnixMilli()))
}

func decodeCounter(data []byte) (counter, error) {
	if len(data) != counterSize {
		return counter{}, fmt.Errorf("%w : compteur de %d octets", boltfile.ErrDamaged, len(data))
	}
	return counter{
		failures: binary.BigEndian.Uint32(data), until: time.UnixMilli(int64(binary.BigEndian.Uint64(data[4:]))),
		last: time.UnixMilli(int64(binary.BigEndian.Uint64(data[12:]))),
	}, nil
}

// guard counts failures. All counters are in memory and on disk.
type guard struct {
	secrets *Secrets
	key     []byte

	mu        sync.Mutex
	accounts  map[counterKey]counter
	strangers map[counterKey]counter
	running   map[counterKey]uint32 // attempts whose outcome is not known yet
}

func newGuard(s *Secrets) (*guard, error) {
	g := &guard{
		secrets: s, key: s.Key("lockout"), running: map[counterKey]uint32{},
		accounts: map[counterKey]counter{}, strangers: map[counterKey]counter{},
	}
	err := s.update(func(tx *bolt.Tx) error {
		return errors.Join(readCounters(tx.Bucket(bucketFailures), g.accounts, s.now()),
			readCounters(tx.Bucket(bucketStrangers), g.strangers, s.now()))
	})
	if err != nil {
		return nil, fmt.Errorf("read failed sign-ins: %w", err)
	}
	return g, nil
}

// readCounters reads what still counts and removes the rest.
func readCounters(b *bolt.Bucket, into map[counterKey]counter, now time.Time) error {
	var past []counterKey
	err := b.ForEach(func(k, v []byte) error {
		c, err := decodeCounter(v)
		if err != nil || len(k) != len(counterKey{}) {
			return errors.Join(err, boltfile.ErrDamaged)
		}
		if c.current(now) == (counter{}) {
			past = append(past, counterKey(k))
		} else {
			into[counterKey(k)] = c
		}
		return nil
	})
	for _, k := range past {
		err = errors.Join(err, b.Delete(k[:]))
	}
	return err
}

func (g *guard) hash(username, from string) (half [16]byte) {
	mac := hmac.New(sha256.New, g.key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(username))))
	mac.Write([]byte(username))
	mac.Write([]byte(from))
	return [16]byte(mac.Sum(nil))
}

// account is the key under which addresses are counted together.
func (g *guard) account(username string) (k counterKey) {
	half := g.hash(username, "")
	copy(k[:], half[:])
	return k
}

// address is the key of one address; from is not empty.
func (g *guard) address(username, from string) counterKey {
	k := g.account(username)
	half := g.hash(username, "\x00"+from)
	copy(k[16:], half[:])
	return k
}

// attempt is a password that is being verified.
type attempt struct {
	guard   *guard
	counted counterKey // where its outcome counts
	address counterKey // where it comes from, zero when unknown
	known   bool       // the account is there
	ended   bool
}

// begin lets an attempt go on, or gives a LockedError. Attempts at the same time count as failures until their outcome is
// known, so that they cannot slip through together.
func (g *guard) begin(username, from string, known bool) (*attempt, error) {
	a := &attempt{guard: g, counted: g.account(username), known: known}
	now := g.secrets.now()
	if from != "" {
		a.address = g.address(username, from)
		trusted := false
		err := g.secrets.view(func(tx *bolt.Tx) error {
			at, there := lastSuccess(tx.Bucket(bucketAddresses).Get(a.address[:]))
			trusted = there && now.Sub(at) <= trustedFor
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for address: %w", err)
		}
		if trusted {
			a.counted = a.address
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.table(known)[a.counted].current(now)
	running := g.running[a.counted]
	switch {
	case c.until.After(now):
		return nil, &LockedError{c.until, c.until.Sub(now)}
	case running > 0 && c.failures+running >= freeFailures:
		return nil, &LockedError{now.Add(time.Second), time.Second}
	}
	g.running[a.counted]++
	return a, nil
}

func lastSuccess(value []byte) (time.Time, bool) {
	if len(value) != 8 {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(value)), 0), true
}

func (g *guard) table(known bool) map[counterKey]counter {
	if known {
		return g.accounts
	}
	return g.strangers
}

func (a *attempt) leave() {
	a.ended = true
	if a.guard.running[a.counted]--; a.guard.running[a.counted] == 0 {
		delete(a.guard.running, a.counted)
	}
}

// abandon ends an attempt whose password was not looked at; after end it does nothing.
func (a *attempt) abandon() {
	a.guard.mu.Lock()
	defer a.guard.mu.Unlock()
	if !a.ended {
		a.leave()
	}
}

// end counts the outcome, on disk too.
func (a *attempt) end(success bool) error {
	g, now := a.guard, a.guard.secrets.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	a.leave()
	if success {
		delete(g.accounts, a.counted)
		return g.secrets.update(func(tx *bolt.Tx) error {
			return errors.Join(tx.Bucket(bucketFailures).Delete(a.counted[:]), a.trust(tx, now))
		})
	}
	table, bucket := g.table(a.known), bucketFailures
	c := table[a.counted].current(now)
	c.failures, c.last = c.failures+1, now
	if c.failures >= freeFailures {
		c.until = now.Add(min(longestLock, firstLock<<min(c.failures-freeFailures, 10)))
	}
	table[a.counted] = c
	var crowded []counterKey
	if !a.known {
		bucket, crowded = bucketStrangers, g.crowd()
	}
	return g.secrets.update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket)
		for _, k := range crowded {
			if err := b.Delete(k[:]); err != nil {
				return err
			}
		}
		return b.Put(a.counted[:], c.encode())
	})
}

// crowd takes the oldest strangers out of memory when there are too many, and returns them.
func (g *guard) crowd() []counterKey {
	if len(g.strangers) <= mostStrangers {
		return nil
	}
	oldest := slices.SortedFunc(maps.Keys(g.strangers), func(a, b counterKey) int {
		return g.strangers[a].last.Compare(g.strangers[b].last)
	})[:mostStrangers/16]
	for _, k := range oldest {
		delete(g.strangers, k)
	}
	return oldest
}

// trust notes that somebody signed in from the attempt's address, and lets go of the account's addresses that are out of
// date, or the oldest when there are too many.
func (a *attempt) trust(tx *bolt.Tx, now time.Time) error {
	if a.address == (counterKey{}) {
		return nil
	}
	b := tx.Bucket(bucketAddresses)
	if err := b.Put(a.address[:], binary.BigEndian.AppendUint64(nil, uint64(now.Unix()))); err != nil {
		return err
	}
	ages := map[counterKey]time.Time{}
	for _, k := range prefixed(b, a.address[:16]) {
		ages[k], _ = lastSuccess(b.Get(k[:]))
	}
	for i, k := range slices.SortedFunc(maps.Keys(ages), func(x, y counterKey) int { return ages[y].Compare(ages[x]) }) {
		if i >= mostAddresses || now.Sub(ages[k]) > trustedFor {
			if err := b.Delete(k[:]); err != nil {
				return err
			}
		}
	}
	return nil
}

func prefixed(b *bolt.Bucket, prefix []byte) (keys []counterKey) {
	c := b.Cursor()
	for k, _ := c.Seek(prefix); len(k) == len(counterKey{}) && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, counterKey(k))
	}
	return keys
}

// clear forgets the failures to sign in to an account, and the addresses too when it says so.
func (g *guard) clear(username string, addresses bool) error {
	account := g.account(username)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, table := range []map[counterKey]counter{g.accounts, g.strangers} {
		maps.DeleteFunc(table, func(k counterKey, _ counter) bool { return bytes.Equal(k[:16], account[:16]) })
	}
	buckets := [][]byte{bucketFailures, bucketStrangers}
	if addresses {
		buckets = append(buckets, bucketAddresses)
	}
	return g.secrets.update(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			b := tx.Bucket(name)
			for _, k := range prefixed(b, account[:16]) {
				if err := b.Delete(k[:]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Unlock lets an account be signed in to again at once, from everywhere.
func (s *Secrets) Unlock(username string) error {
	if err := s.guard.clear(username, false); err != nil {
		return fmt.Errorf("unlock %q: %w", username, err)
	}
	return nil
}

// Locked returns until when an account is locked for addresses from which nobody signed in to it lately, zero when it is not.
func (s *Secrets) Locked(username string) time.Time {
	g, now := s.guard, s.now()
	k := g.account(username)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, table := range []map[counterKey]counter{g.accounts, g.strangers} {
		if c := table[k].current(now); c.until.After(now) {
			return c.until
		}
	}
	return time.Time{}
}
