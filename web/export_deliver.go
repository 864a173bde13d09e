package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/mesure5/dealmap"
)

const (
	// exportCheck is after how many places of a file its reader's right is judged again and its time limit moves on.
	exportCheck = 500
	// exportCheckBytes is after how many bytes: a file that is made first and sent then has no places left to count.
	exportCheckBytes = 256 << 10
)

// errRevoked says that the right to read ended while a file was being made or sent.
var errRevoked = dealmap.Forbidden("votre droit d’exporter a pris fin")

// delivery takes a file to who asked for it, and judges their right again as it goes. The headers leave with the first byte, so
// that what fails before is answered as the error that it is.
type delivery struct {
	s         *Server
	w         http.ResponseWriter
	r         *http.Request
	v         *visit
	header    map[string]string
	begun     bool
	unchecked int
}

func (d *delivery) Write(data []byte) (int, error) {
	if d.unchecked += len(data); !d.begun || d.unchecked > exportCheckBytes {
		if err := d.check(); err != nil {
			return 0, err
		}
	}
	if !d.begun {
		d.begun = true
		for name, value := range d.header {
			d.w.Header().Set(name, value)
		}
		d.w.WriteHeader(http.StatusOK)
	}
	return d.w.Write(data)
}

// check judges the right again and moves the time limit on.
func (d *delivery) check() error {
	d.unchecked = 0
	if err := errors.Join(d.r.Context().Err(), d.s.stillHolds(d.v)); err != nil {
		return err
	}
	if err := http.NewResponseController(d.w).SetWriteDeadline(time.Now().Add(3 * d.s.StuckAfter)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// size tells the client how long the file is, which only a file that is made before it is sent knows.
func (d *delivery) size(bytes int64) { d.header["Content-Length"] = strconv.FormatInt(bytes, 10) }

// stillHolds judges the grant, and the token, of a visit again.
func (s *Server) stillHolds(v *visit) error {
	snap, now := s.Map.Snapshot(), s.now()
	if grant, ok := snap.Grant(v.viewer.Grant); !ok || !grant.Active(now) {
		return errRevoked
	}
	if v.viewer.Token.IsZero() {
		return nil
	}
	if token, ok := snap.Token(v.viewer.Token); !ok || !token.Active(now) {
		return errRevoked
	}
	return nil
}
