package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const (
	socketFile = "console.sock"
	// longestOrder bounds what is read of one order.
	longestOrder = 1 << 20
	// slowest is how long either side may take to accept a message.
	slowest = 30 * time.Second
)

// errNoServer says that no server has the data open.
var errNoServer = errors.New("aucun serveur en marche")

// inFolder returns a short name of a file in an open folder: a socket's address holds a hundred characters only.
func inFolder(folder *os.File, name string) string {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		return filepath.Join(folder.Name(), name)
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), name)
}

func dialConsole(data string) (net.Conn, error) {
	folder, err := os.Open(data)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNoServer
	}
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	conn, err := net.Dial("unix", inFolder(folder, socketFile))
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNoServer
	}
	if err != nil {
		return nil, fmt.Errorf("%s : %w", filepath.Join(data, socketFile), err)
	}
	return conn, nil
}

// send gives one order to the running server and waits for its answer.
func send(ctx context.Context, data string, l letter, show func(done, total uint64, what string)) (json.RawMessage, error) {
	conn, err := dialConsole(data)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	// Hanging up is what tells the server that nobody waits any more.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := json.NewEncoder(conn).Encode(l); err != nil {
		return nil, fmt.Errorf("parler au serveur : %w", err)
	}
	for answers := json.NewDecoder(conn); ; {
		var r reply
		if err := answers.Decode(&r); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("le serveur n’a pas répondu : %w", err)
		}
		switch {
		case r.Progress != nil:
			show(r.Progress.Done, r.Progress.Total, r.Progress.What)
		case r.Error != nil:
			return nil, r.Error.err()
		default:
			return r.Result, nil
		}
	}
}

// window takes the orders that come to a running server.
type window struct {
	machine  *machine
	log      *slog.Logger
	listener *net.UnixListener
	path     string
	cancel   context.CancelFunc
	work     sync.WaitGroup
}

// openWindow listens on the socket in the data folder, in place of what a killed server may have left. The journal's lock has
// made sure that no other server works there.
func openWindow(ctx context.Context, m *machine, log *slog.Logger) (*window, error) {
	w := &window{machine: m, log: log, path: m.path(socketFile)}
	if err := w.listen(m.globals.Data); err != nil {
		return nil, fmt.Errorf("%s : %w", w.path, err)
	}
	ctx, w.cancel = context.WithCancel(ctx)
	w.work.Go(func() { w.run(ctx) })
	return w, nil
}

func (w *window) listen(data string) error {
	folder, err := os.Open(data)
	if err != nil {
		return err
	}
	defer folder.Close()
	// It is made where nobody else can reach it, and moved to its name once only its owner may open it.
	private, err := os.MkdirTemp(data, ".console-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(private)
	name := filepath.Join(filepath.Base(private), "s")
	w.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: inFolder(folder, name), Net: "unix"})
	if err != nil {
		return err
	}
	w.listener.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(filepath.Join(data, name), 0o600), os.Rename(filepath.Join(data, name), w.path)); err != nil {
		return errors.Join(err, w.listener.Close())
	}
	return nil
}

// Close ends the orders under way; the data may be closed afterwards.
func (w *window) Close() error {
	w.cancel()
	err := errors.Join(os.Remove(w.path), w.listener.Close())
	w.work.Wait()
	return err
}

func (w *window) run(ctx context.Context) {
	for {
		conn, err := w.listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				w.log.Error("console", "error", err)
			}
			return
		}
		w.work.Go(func() {
			defer conn.Close()
			w.serve(ctx, conn)
		})
	}
}

func (w *window) serve(ctx context.Context, conn net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })()
	var l letter
	conn.SetReadDeadline(time.Now().Add(slowest))
	if err := json.NewDecoder(io.LimitReader(conn, longestOrder)).Decode(&l); err != nil {
		return // somebody only looked whether a server runs
	}
	conn.SetReadDeadline(time.Time{})
	w.work.Go(func() {
		// Nothing more is to come: when this ends, the other side has hung up.
		io.Copy(io.Discard, conn)
		cancel()
	})
	out := &slowWriter{conn: conn}
	shown := time.Time{}
	d := desk{machine: w.machine, operator: l.Operator, progress: func(done, total uint64, what string) {
		if now := time.Now(); now.Sub(shown) > 100*time.Millisecond {
			shown = now
			_ = json.NewEncoder(out).Encode(reply{Progress: &progress{Done: done, Total: total, What: what}}) // the answer tells
		}
	}}
	w.log.Info("console", "order", l.Order, "operator", l.Operator)
	if err := carryOut(ctx, d, l, out); err != nil {
		w.log.Warn("console", "order", l.Order, "error", err)
	}
}

// slowWriter gives each message its own time to leave.
type slowWriter struct{ conn net.Conn }

// Write implements io.Writer.
func (w *slowWriter) Write(data []byte) (int, error) {
	if err := w.conn.SetWriteDeadline(time.Now().Add(slowest)); err != nil {
		return 0, err
	}
	return w.conn.Write(data)
}
