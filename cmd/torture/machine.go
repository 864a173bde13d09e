//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// machine is one of three that hold the engine: PostgreSQL under Patroni on a disk of its own, and a member of etcd.
type machine struct {
	*host
	folder, logs  string
	etcd, patroni service
}

// diskSize is what PostgreSQL has, in bytes: small, so that it can be filled.
const diskSize = 3 << 30

func newMachine(h *host, work, logs string) *machine {
	return &machine{host: h, folder: filepath.Join(work, h.name), logs: logs}
}

// prepare gives the machine its disk.
func (m *machine) prepare() error {
	image := m.folder + ".ext4"
	if err := os.MkdirAll(m.disk(), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		return err
	}
	if err := os.Truncate(image, diskSize); err != nil {
		return err
	}
	if err := run("mkfs.ext4", "-q", "-F", "-m", "0", image); err != nil {
		return err
	}
	if err := run("mount", "-o", "loop", image, m.disk()); err != nil {
		return err
	}
	uid, gid, err := ids("postgres")
	if err != nil {
		return err
	}
	etcdUID, etcdGID, err := ids("etcd")
	if err != nil {
		return err
	}
	return errors.Join(os.Chown(m.disk(), uid, gid), os.Mkdir(m.etcdData(), 0o700), os.Chown(m.etcdData(), etcdUID, etcdGID))
}

func (m *machine) disk() string     { return filepath.Join(m.folder, "disk") }
func (m *machine) data() string     { return filepath.Join(m.disk(), "pg") }
func (m *machine) etcdData() string { return filepath.Join(m.folder, "etcd") }

// serve says how the machine's services are started; all names the three machines.
func (m *machine) serve(all []*machine) {
	var members []string
	for _, other := range all {
		members = append(members, fmt.Sprintf("%s=http://%s:2380", other.name, other.address))
	}
	client, peer := fmt.Sprintf("http://%s:2379", m.address), fmt.Sprintf("http://%s:2380", m.address)
	m.etcd.launch = func() (*process, error) {
		return m.start(m.logs, "etcd", "etcd", nil, "etcd", "--name", m.name, "--data-dir", m.etcdData(), "--logger", "zap", "--log-level", "warn",
			"--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
			"--initial-cluster", strings.Join(members, ","), "--initial-cluster-token", "torture", "--initial-cluster-state", "new",
			// Disk and processors are shared by all that runs here: the default of 1 s would elect a leader again at every checkpoint.
			"--heartbeat-interval", "250", "--election-timeout", "2500")
	}
	m.patroni.launch = func() (*process, error) { return m.start(m.logs, "postgres", "patroni", nil, "patroni", m.config()) }
}

func (m *machine) config() string { return filepath.Join(m.folder, "patroni.yml") }

// postmaster is the id of PostgreSQL's first process.
func (m *machine) postmaster() (int, error) {
	data, err := os.ReadFile(filepath.Join(m.data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(data), "\n")
	return strconv.Atoi(first)
}

// die ends everything on the machine at once, as a power cut does.
func (m *machine) die() error {
	m.etcd.leave()
	m.patroni.leave()
	return m.signalAll(syscall.SIGKILL)
}

// boot starts what die has ended.
func (m *machine) boot() error {
	m.etcd.gone()
	m.patroni.gone()
	return errors.Join(m.etcd.up(), m.patroni.up())
}

// restart ends and starts everything on the machine in order, as an upgrade does.
func (m *machine) restart() error {
	const patience = time.Minute
	return errors.Join(m.patroni.down(patience), m.etcd.down(patience), m.etcd.up(), m.patroni.up())
}

// fill takes all the room that is left on PostgreSQL's disk, and empty gives it back.
func (m *machine) fill() error {
	var s syscall.Statfs_t
	if err := syscall.Statfs(m.disk(), &s); err != nil {
		return err
	}
	f, err := os.OpenFile(m.ballast(), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	// Ever smaller pieces until not even one block is left: the file system needs some room for its own notes.
	for at, size := int64(0), int64(s.Bavail)*s.Bsize; size >= 4096; {
		err := syscall.Fallocate(int(f.Fd()), 0, at, size)
		switch {
		case err == nil:
			at += size
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case !errors.Is(err, syscall.EINTR):
			return err
		}
	}
	return nil
}

func (m *machine) empty() error { return os.Remove(m.ballast()) }

func (m *machine) ballast() string { return filepath.Join(m.disk(), "ballast") }
