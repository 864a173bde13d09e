package postgres_test

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// cutter stands between a node and its server, and cuts the connection instead of passing on the answer to what holds a word.
type cutter struct {
	listener net.Listener
	server   string

	mu   sync.Mutex
	word []byte
	then func() // called once the server has answered
	slow []byte // what holds it is passed on to the server once hold is closed
	hold chan struct{}
}

func newCutter(t *testing.T, s *pgtest.Server) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: l, server: fmt.Sprintf("127.0.0.1:%d", s.Port)}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	return c
}

func (c *cutter) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable", c.listener.Addr(), database)
}

// arm has the next answer to what holds a word lost.
func (c *cutter) arm(word string, then func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.word, c.then = []byte(word), then
}

// delay has whatever holds a word wait until the returned function is called.
func (c *cutter) delay(word string) (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slow, c.hold = []byte(word), make(chan struct{})
	return sync.OnceFunc(func() { close(c.hold) })
}

func (c *cutter) wait(sent []byte) {
	c.mu.Lock()
	slow, hold := c.slow, c.hold
	c.mu.Unlock()
	if slow != nil && bytes.Contains(sent, slow) {
		<-hold
	}
}

func (c *cutter) take(sent []byte) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.word == nil || !bytes.Contains(sent, c.word) {
		return nil
	}
	then := c.then
	c.word, c.then = nil, nil
	return then
}

func (c *cutter) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	cut := make(chan func(), 1)
	go func() {
		defer server.Close()
		buffer := make([]byte, 1<<16)
		for {
			n, err := client.Read(buffer)
			if err != nil {
				return
			}
			if then := c.take(buffer[:n]); then != nil {
				cut <- then
			}
			c.wait(buffer[:n])
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		if err != nil {
			return
		}
		select {
		case then := <-cut:
			then()
			return
		default:
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}
