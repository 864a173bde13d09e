package store

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/mesure5/dealmap"
)

// newRequest names a request by its author and idempotency key, and by what it asks. Ids that the server draws afresh for
// every try are no part of what is asked. An empty key gives the zero Request.
func newRequest(subject, key string, cmd dealmap.Command) (dealmap.Request, error) {
	if key == "" {
		return dealmap.Request{}, nil
	}
	switch c := cmd.(type) {
	case dealmap.AddPlace:
		c.ID = dealmap.ID{}
		cmd = c
	case dealmap.ImportPlaces:
		places := make([]dealmap.AddPlace, len(c.Places))
		copy(places, c.Places)
		for i := range places {
			places[i].ID = dealmap.ID{}
		}
		cmd = dealmap.ImportPlaces{Places: places}
	case dealmap.GiveGrant:
		c.ID, c.Grant.ID = dealmap.ID{}, dealmap.ID{}
		cmd = c
	case dealmap.GiveToken:
		c.ID, c.Token.ID = dealmap.ID{}, dealmap.ID{}
		cmd = c
	case dealmap.SubmitReport:
		c.ID = dealmap.ID{}
		cmd = c
	case dealmap.RecordOperation:
		c.ID = dealmap.ID{}
		cmd = c
	case dealmap.RecordLink:
		c.ID = dealmap.ID{}
		cmd = c
	case dealmap.RecordNetwork:
		c.ID = dealmap.ID{}
		cmd = c
	case dealmap.RemoveNetwork:
		if c.Code != "" {
			c.ID = dealmap.ID{}
		}
		cmd = c
	case dealmap.ImportNetwork:
		cmd = dealmap.ImportNetwork{Code: c.Code, Digest: c.Digest}
	}
	asked, err := json.Marshal(cmd)
	if err != nil {
		return dealmap.Request{}, fmt.Errorf("digest of %T: %w: %w", cmd, dealmap.Invalid("", "la demande n’est pas du JSON"), err)
	}
	named, err := json.Marshal([2]string{subject, key})
	if err != nil {
		return dealmap.Request{}, fmt.Errorf("digest of key: %w", err)
	}
	k := sha256.Sum256(named)
	d := sha256.Sum256(fmt.Appendf(nil, "%T\n%s", cmd, asked))
	return dealmap.Request{Key: [16]byte(k[:16]), Digest: [16]byte(d[:16])}, nil
}

// outcome is what became of a request.
type outcome struct {
	digest  [16]byte
	subject dealmap.ID
	first   dealmap.Seq
	events  uint32
}

func (o *outcome) answers(r dealmap.Request) error {
	if o.digest != r.Digest {
		return &dealmap.Error{Kind: dealmap.KindKeyReused,
			Message: "cette clé d’idempotence a déjà servi pour une autre demande"}
	}
	return nil
}

// concerns returns the record that a command is about, for the answer when nothing had to change.
func concerns(cmd dealmap.Command) dealmap.ID {
	switch c := cmd.(type) {
	case dealmap.ChangePlace:
		return c.ID
	case dealmap.StepPlace:
		return c.ID
	case dealmap.ConfirmPlace:
		return c.ID
	case dealmap.ChangeOperation:
		return c.ID
	case dealmap.ChangeLink:
		return c.ID
	case dealmap.ChangeNetwork:
		return c.ID
	}
	return dealmap.ID{}
}
