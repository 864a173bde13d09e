package sessions

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"github.com/mesure5/dealmap/store/shared"
	bolt "go.etcd.io/bbolt"
)

// The outbox has one byte that says what other nodes do not know of a token, a number (8 bytes) that no other entry had, and the SHA-256 of
// what they last had, as far as it was known here.
const (
	// opCommit: it was written here while they could not be told.
	opCommit = 'c'
	// opRefresh: it is in use here.
	opRefresh = 'r'
	// opDelete: it has ended.
	opDelete = 'd'
)

// outboxBatch is how many are sent at a time.
const outboxBatch = 500

// post notes what other nodes do not know of a token; known is what they have. That a session is in use is told with what is to be told of
// it anyway.
func post(outbox *bolt.Bucket, token string, op byte, known []byte) error {
	sum := sha256.Sum256(known)
	base := sum[:]
	if there := outbox.Get([]byte(token)); len(there) > 9 && there[0] != opDelete {
		base = bytes.Clone(there[9:])
		if there[0] == opCommit && op == opRefresh {
			op = opCommit
		}
	}
	number, err := outbox.NextSequence()
	if err != nil {
		return err
	}
	return outbox.Put([]byte(token), append(binary.BigEndian.AppendUint64([]byte{op}, number), base...))
}

// knew reports whether a value is what the others had when something was posted.
func knew(outbox *bolt.Bucket, token, value []byte) bool {
	sum := sha256.Sum256(value)
	there := outbox.Get(token)
	return len(there) > 9 && bytes.Equal(there[9:], sum[:])
}

// postLater is post for a store that was shared and is not now, as a command has it open: other nodes are told when a server runs again.
func postLater(sessions *bolt.Bucket, token string, op byte) error {
	b := buckets{sessions, sessions.Tx().Bucket(bucketEnded), sessions.Tx().Bucket(bucketOutbox)}
	if b.outbox == nil {
		return nil
	}
	known := bytes.Clone(sessions.Get([]byte(token)))
	if op == opDelete {
		if err := b.end([]byte(token), nil, time.Now()); err != nil {
			return err
		}
	}
	return post(b.outbox, token, op, known)
}

// posted reports what the outbox has of a token, 0 when nothing.
func posted(outbox *bolt.Bucket, token []byte) byte {
	if there := outbox.Get(token); len(there) > 0 {
		return there[0]
	}
	return 0
}

// delivered removes what was sent, unless it was posted again meanwhile.
func (c *common) delivered(sent map[string][]byte) error {
	if len(sent) == 0 {
		return nil
	}
	return c.update(func(b buckets) error {
		for token, entry := range sent {
			if bytes.Equal(b.outbox.Get([]byte(token)), entry) {
				if err := b.outbox.Delete([]byte(token)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// followed sends what waits, each time that the copy has caught up: what other nodes wrote meanwhile is known then.
func (c *common) followed(ctx context.Context) {
	all := time.Since(c.refreshed) >= c.every
	if !all && !c.urgent.Load() {
		return
	}
	c.urgent.Store(false)
	if all {
		c.refreshed = time.Now()
	}
	if err := c.flush(ctx, all); err != nil {
		c.urgent.Store(true)
		c.log.Warn("what other nodes do not know of sessions waits", "error", err)
	}
}

// flush sends the outbox, refreshes only when it says so.
func (c *common) flush(ctx context.Context, refreshes bool) error {
	var after []byte
	for {
		batch, err := c.collect(after, refreshes)
		if err != nil {
			return err
		}
		for op, part := range batch.parts {
			if err := c.sendPart(ctx, op, part); err != nil {
				return err
			}
		}
		if after = batch.last; after == nil {
			return nil
		}
	}
}

// part is what is sent together.
type part struct {
	items   []shared.Item
	entries map[string][]byte
}

func (p *part) add(token, value, entry []byte) {
	if p.entries == nil {
		p.entries = map[string][]byte{}
	}
	p.items = append(p.items, shared.Item{
		Kind: kindOf(string(token)), Key: bytes.Clone(token), Value: bytes.Clone(value), Deleted: entry[0] == opDelete,
	})
	p.entries[string(token)] = bytes.Clone(entry)
}

// opMark is how marks are told apart from sessions among what is to be sent.
const opMark = 'm'

// batch is a part of the outbox by what is to be done; last is nil when there is no more.
type batch struct {
	parts map[byte]*part
	last  []byte
}

// collect reads a part of the outbox. Sessions that have ended by themselves meanwhile are told to nobody.
func (c *common) collect(after []byte, refreshes bool) (b batch, err error) {
	b.parts = map[byte]*part{}
	over := map[string][]byte{}
	err = c.view(func(in buckets) error {
		cursor := in.outbox.Cursor()
		k, v := cursor.First()
		if after != nil {
			if k, v = cursor.Seek(after); bytes.Equal(k, after) {
				k, v = cursor.Next()
			}
		}
		for n := 0; k != nil; k, v = cursor.Next() {
			if n++; n > outboxBatch {
				return nil
			}
			b.last = bytes.Clone(k)
			op, value := v[0], in.sessions.Get(k)
			if op == opDelete {
				value = in.ended.Get(k)
			}
			switch {
			case !c.store.alive(value):
				over[string(k)] = bytes.Clone(v)
				continue
			case op == opRefresh && !refreshes:
				continue
			case kindOf(string(k)) == kindMark:
				op = opMark
			}
			if b.parts[op] == nil {
				b.parts[op] = &part{}
			}
			b.parts[op].add(k, value, v)
		}
		b.last = nil
		return nil
	})
	return b, errors.Join(err, c.delivered(over))
}

func (c *common) sendPart(ctx context.Context, op byte, p *part) error {
	w := shared.Write{Items: p.items}
	switch op {
	case opCommit:
		w.Rule = shared.UnlessDeleted
	case opRefresh:
		w.Rule = shared.IfThere
	case opMark:
		w.Rule, w.Seen = shared.UnlessNewer, c.follower.Place().Revision
	}
	ctx, cancel := context.WithTimeout(ctx, 2*tellTimeout)
	defer cancel()
	written, err := c.table.Write(ctx, w)
	if err != nil {
		return err
	}
	if op == opMark && written.Count < len(p.items) {
		return errors.New("another node has written a mark at the same time") // it comes here first, see clash
	}
	return c.delivered(p.entries)
}

// close sends what can be sent at once, and ends following.
func (c *common) close() {
	c.follower.Close()
	ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
	defer cancel()
	if err := c.flush(ctx, true); err != nil {
		c.log.Warn("what other nodes do not know of sessions waits until this node runs again", "error", err)
	}
}
