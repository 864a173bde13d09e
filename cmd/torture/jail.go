//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

// The program runs as three processes of itself. The outer one, which the user started, makes new PID, mount and network namespaces and in
// them an init, which only reaps; the worker does the work. When init ends, the kernel ends whatever lives in its namespaces, unmounts and
// takes the networks away: nothing outlives the program, however it ends.
const stageVariable = "DEALMAP_TORTURE_STAGE"

// stages is what the process must be.
const (
	stageOuter  = ""
	stageInit   = "init"
	stageWorker = "worker"
)

// runOuter starts init and waits for it. folder is removed at the end, by the one process that outlives the namespaces.
func runOuter(folder string, keep bool) (status int, err error) {
	if os.Geteuid() != 0 {
		return 0, errors.New("network namespaces need root")
	}
	runtime.LockOSThread() // init dies with the thread that started it
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), stageVariable+"="+stageInit, folderVariable+"="+folder)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
		Setpgid:    true, // Ctrl-C of a terminal reaches it by this process alone
	}
	asked := make(chan os.Signal, 4)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("namespaces: %w", err)
	}
	done := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			select {
			case <-asked:
			case <-done:
				return
			}
			if n == 0 {
				_ = cmd.Process.Signal(syscall.SIGTERM)
				continue
			}
			_ = cmd.Process.Kill() // whoever asks twice does not wait
		}
	}()
	err = cmd.Wait()
	close(done)
	if !keep {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(1, exit.ExitCode()), nil
	}
	return 0, err
}

// runInit is the first process of the namespaces: it makes them usable, starts the worker, hands signals on and reaps what is orphaned, as
// Patroni leaves its postmaster.
func runInit() (status int, err error) {
	if err := furnish(); err != nil {
		return 0, err
	}
	asked := make(chan os.Signal, 4)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	// Set, not appended: of two values the worker would take the first, be init again, and so without end.
	if err := os.Setenv(stageVariable, stageWorker); err != nil {
		return 0, err
	}
	worker, err := os.StartProcess("/proc/self/exe", os.Args, &os.ProcAttr{Env: os.Environ(), Files: []*os.File{nil, os.Stdout, os.Stderr}})
	if err != nil {
		return 0, err
	}
	go func() {
		for s := range asked {
			_ = worker.Signal(s)
		}
	}()
	for {
		var ws syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &ws, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return 0, err
		case pid == worker.Pid && ws.Signaled():
			return 128 + int(ws.Signal()), nil
		case pid == worker.Pid:
			return ws.ExitStatus(), nil
		}
	}
}

// furnish gives the new namespaces their own mounts, /proc, names of networks and loopback.
func furnish() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("private mounts: %w", err)
	}
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("/proc: %w", err)
	}
	if err := os.MkdirAll(netnsFolder, 0o755); err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", netnsFolder, "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("%s: %w", netnsFolder, err)
	}
	return run("ip", "link", "set", "lo", "up")
}
