//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a program that runs on a host.
type process struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
	err  error // once done
}

// start starts a program on the host as a user of the system, "" for root; what it says is appended to a file.
func (h *host) start(logs, user, name string, env []string, args ...string) (*process, error) {
	enter := []string{"--net=" + filepath.Join(netnsFolder, h.name)}
	if user != "" {
		uid, gid, err := ids(user)
		if err != nil {
			return nil, err
		}
		enter = append(enter, fmt.Sprintf("--setuid=%d", uid), fmt.Sprintf("--setgid=%d", gid))
	}
	out, err := os.OpenFile(filepath.Join(logs, h.name+"-"+name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := exec.Command("nsenter", append(append(enter, "--"), args...)...)
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent"}, env...)
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{name: h.name + "/" + name, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// ended reports whether the program has ended.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop asks the program to end and waits; one that does not is killed.
func (p *process) stop(patience time.Duration) error {
	if p == nil || p.ended() {
		return nil
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
		p.kill()
		return fmt.Errorf("%s did not end within %v and was killed", p.name, patience)
	}
}

// kill ends the program without a chance to tidy up.
func (p *process) kill() {
	if p == nil || p.ended() {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

// signalAll sends a signal to every process of a machine, again until there is none that it has not reached.
func (h *host) signalAll(s syscall.Signal) error {
	sent := map[int]bool{}
	for {
		pids, err := h.processes()
		if err != nil {
			return err
		}
		fresh := false
		for _, pid := range pids {
			if sent[pid] {
				continue
			}
			fresh, sent[pid] = true, true
			if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
		if !fresh {
			return nil
		}
	}
}

// until asks again and again whether something is so, and gives up with what it was told last.
func until(ctx context.Context, what string, patience time.Duration, so func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := so()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: not within %v: %w", what, patience, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// ids reads the numbers of a user from /etc/passwd.
func ids(user string) (uid, gid int, err error) {
	data, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(data)) {
		if fields := strings.Split(line, ":"); len(fields) > 3 && fields[0] == user {
			_, err := fmt.Sscan(fields[2]+" "+fields[3], &uid, &gid)
			return uid, gid, err
		}
	}
	return 0, 0, fmt.Errorf("there is no user %s: is its package installed?", user)
}
