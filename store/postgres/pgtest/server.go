// Package pgtest starts real PostgreSQL servers for tests and measures, Debian's package, on free ports, and ends them with the process.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a server may take to start or to stop on a machine that is busy.
const patience = 60 * time.Second

// T is what is needed of a test; *testing.T and *testing.B are.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Server is a running PostgreSQL. Everybody on this machine may connect as the user postgres.
type Server struct {
	Port int
	dir  string // of the cluster's files
	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{}
}

// Start makes a cluster in a folder of the test, and starts a server that ends with the test. settings are lines of postgresql.conf.
func Start(t T, settings ...string) *Server {
	t.Helper()
	s := &Server{dir: folder(t), Port: freePort(t)}
	run(t, program(t, "initdb"), "-D", s.dir, "-U", "postgres", "-A", "trust", "--no-sync", "--data-checksums", "-E", "UTF8", "--locale=C")
	s.configure(t, append([]string{"wal_level = replica", "max_wal_senders = 4", "hot_standby = on", "max_connections = 60"}, settings...)...)
	s.Run(t)
	t.Cleanup(s.Kill)
	return s
}

// Standby makes and starts a server that follows another one, synchronously when that one waits for a standby of this name.
func Standby(t T, primary *Server, name string) *Server {
	t.Helper()
	s := &Server{dir: folder(t), Port: freePort(t)}
	run(t, program(t, "pg_basebackup"), "-D", s.dir, "-R", "-X", "stream", "--no-sync", "-c", "fast",
		"-d", fmt.Sprintf("host=127.0.0.1 port=%d user=postgres application_name=%s", primary.Port, name))
	s.configure(t)
	s.Run(t)
	t.Cleanup(s.Kill)
	return s
}

// Quorum starts a primary and standbys, of which one must confirm what the primary commits.
func Quorum(t T, standbys int) (primary *Server, others []*Server) {
	t.Helper()
	primary = Start(t)
	var names []string
	for i := range standbys {
		names = append(names, fmt.Sprintf("standby%d", i+1))
		others = append(others, Standby(t, primary, names[i]))
	}
	// Only now, so that a standby which takes over waits for nobody.
	primary.Exec(t, "postgres", fmt.Sprintf("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (%s)'", strings.Join(names, ", ")))
	primary.Exec(t, "postgres", "SELECT pg_reload_conf()")
	return primary, others
}

func (s *Server) configure(t T, settings ...string) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(s.dir, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := append([]string{fmt.Sprintf("port = %d", s.Port), "listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "shared_buffers = 64MB"}, settings...)
	_, err = file.WriteString(strings.Join(lines, "\n") + "\n")
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

// Run starts a server that does not run, and waits until it takes connections.
func (s *Server) Run(t T) {
	t.Helper()
	var said bytes.Buffer
	started := make(chan error, 1)
	done := make(chan struct{})
	cmd := exec.Command(program(t, "postgres"), "-D", s.dir)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &said, &said
	cmd.SysProcAttr = attributes()
	go func() {
		// The child is sent its signal when the thread that made it ends, which must be when the process does.
		runtime.LockOSThread()
		defer close(done)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.cmd, s.done = cmd, done
	s.mu.Unlock()
	deadline := time.Now().Add(patience)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		conn, err := pgx.Connect(ctx, s.DSN("postgres"))
		if err == nil {
			_ = conn.Close(ctx)
			cancel()
			return
		}
		cancel()
		select {
		case <-done:
			t.Fatalf("PostgreSQL ended: %s", said.String())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL does not start: %v", err)
		}
	}
}

// Kill ends the server and its children at once, as a power cut would, and waits for its end.
func (s *Server) Kill() {
	s.mu.Lock()
	cmd, done := s.cmd, s.done
	s.cmd = nil
	s.mu.Unlock()
	if cmd == nil {
		return
	}
	for _, pid := range family(cmd.Process.Pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // a child may have ended
	}
	<-done
}

// Signal sends a signal to the server and its children: SIGSTOP freezes it, SIGCONT lets it go on.
func (s *Server) Signal(t T, signal syscall.Signal) {
	t.Helper()
	for _, pid := range family(s.cmd.Process.Pid) {
		_ = syscall.Kill(pid, signal) // a child may have ended
	}
}

// family lists a process, first, and its children.
func family(pid int) []int {
	pids := []int{pid}
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		data, _ := os.ReadFile(list) // it may have ended
		for field := range strings.FieldsSeq(string(data)) {
			if child, err := strconv.Atoi(field); err == nil {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

// Promote makes a standby the primary, and waits until it takes writes.
func (s *Server) Promote(t T) {
	t.Helper()
	s.Exec(t, "postgres", "SELECT pg_promote(true, 60)")
}

// Exec runs a statement in a database.
func (s *Server) Exec(t T, database, statement string, args ...any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.DSN(database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Database makes an empty database and returns its name.
func (s *Server) Database(t T) string {
	t.Helper()
	made.Lock()
	made.n++
	name := fmt.Sprintf("map%d", made.n)
	made.Unlock()
	s.Exec(t, "postgres", "CREATE DATABASE "+name)
	return name
}

var made struct {
	sync.Mutex
	n int
}

// DSN is the address of a database on this server.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.Port, database)
}

// DSN is the address of a database on several servers, of which the one that takes writes is meant.
func DSN(database string, servers ...*Server) string {
	hosts := make([]string, len(servers))
	for i, s := range servers {
		hosts[i] = fmt.Sprintf("127.0.0.1:%d", s.Port)
	}
	return fmt.Sprintf("postgres://postgres@%s/%s?sslmode=disable&target_session_attrs=read-write", strings.Join(hosts, ","), database)
}

// program finds a program of the newest PostgreSQL on this machine.
func program(t T, name string) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		t.Fatalf("%s is not on this machine: make postgresql installs Debian's PostgreSQL", name)
	}
	slices.Sort(found)
	return found[len(found)-1]
}

// folder makes a folder for a cluster, owned by who runs it: PostgreSQL refuses to be root.
func folder(t T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dealmap-pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if c := credential(); c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// credential is who runs the servers, nil for whoever runs the test.
func credential() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errors.Join(errU, errG) == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

func run(t T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = os.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential()}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(name), err, out)
	}
}

func freePort(t T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
