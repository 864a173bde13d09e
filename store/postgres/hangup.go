package postgres

import (
	"context"
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// line is a connection to the server that is hung up when its user gives up waiting, and whose server is never asked to cancel: a commit
// that is cancelled while it waits for its standby becomes visible to all nodes on a primary that may be alone to have it. The server
// notices that nobody listens by itself (client_connection_check_interval). A frozen server is let go of at once, too.
type line struct{ net.Conn }

// RemoteAddr hangs up: pgx asks for the address only to send a request to cancel there, once it has given the connection up.
func (l line) RemoteAddr() net.Addr {
	_ = l.Close() // pgx closes it again
	return nowhere{}
}

// nowhere is the address of a request to cancel.
type nowhere struct{}

func (nowhere) Network() string { return "nowhere" }
func (nowhere) String() string  { return "nowhere" }

var errHungUp = errors.New("hung up instead of cancelling")

// hangUp makes connections lines.
func hangUp(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if network == (nowhere{}).Network() {
			return nil, errHungUp
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return line{conn}, nil
	}
}
