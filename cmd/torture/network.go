//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const netnsFolder = "/run/netns"

// run runs one command of the system and tells what it complained of.
func run(name string, args ...string) error {
	var errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(errs.String()))
	}
	return nil
}

// host is a network namespace that stands for a machine.
type host struct {
	name string
	// address is on the network between the machines; front is where its users reach it, a way of their own that no fault cuts, empty when it
	// has none.
	address, front string
	port           string     // of the bridge, in the namespace of the program
	line           *delayLine // nil: a plain pair of virtual interfaces
}

const (
	bridge    = "br0"
	hub       = "10.77.0.1"
	netPrefix = "10.77.0."
)

// makeBridge joins the machines; the program itself is on it, too.
func makeBridge() error {
	for _, c := range []string{
		"link add " + bridge + " type bridge forward_delay 0", "addr add " + hub + "/24 dev " + bridge, "link set " + bridge + " up",
	} {
		if err := run("ip", strings.Fields(c)...); err != nil {
			return err
		}
	}
	return nil
}

// makeHost adds a machine with the last byte of its address. With slow its link can be given a delay; with front it has users of its own.
func makeHost(name string, number int, slow, front bool) (*host, error) {
	h := &host{name: name, address: netPrefix + strconv.Itoa(number), port: "p-" + name}
	commands := []string{"netns add " + name}
	if !slow {
		commands = append(commands, "link add "+h.port+" type veth peer name eth0 netns "+name)
	}
	for _, c := range commands {
		if err := run("ip", strings.Fields(c)...); err != nil {
			return nil, err
		}
	}
	if slow {
		line, err := newDelayLine(h.port, "t-"+name)
		if err != nil {
			return nil, err
		}
		h.line = line
		if err := run("ip", "link", "set", "t-"+name, "netns", name, "name", "eth0"); err != nil {
			return nil, err
		}
	}
	commands = []string{
		"link set " + h.port + " master " + bridge, "link set " + h.port + " up", "-n " + name + " link set lo up",
		"-n " + name + " addr add " + h.address + "/24 dev eth0", "-n " + name + " link set eth0 up",
	}
	if front {
		net := "10.78." + strconv.Itoa(number) + "."
		h.front = net + "2"
		commands = append(commands, "link add u-"+name+" type veth peer name eth1 netns "+name, "addr add "+net+"1/30 dev u-"+name,
			"link set u-"+name+" up", "-n "+name+" addr add "+h.front+"/30 dev eth1", "-n "+name+" link set eth1 up")
	}
	for _, c := range commands {
		if err := run("ip", strings.Fields(c)...); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// cut takes the machine off the network as a dead switch does: nobody is told, what is sent is gone.
func (h *host) cut() error { return run("ip", "link", "set", h.port, "nomaster") }

// join puts it back.
func (h *host) join() error { return run("ip", "link", "set", h.port, "master", bridge) }

// remove takes the machine away. Its interfaces would go with it, but some time later, and the next of this name needs theirs.
func (h *host) remove() error {
	var err error
	if h.line != nil {
		h.line.close()
	} else {
		err = run("ip", "link", "del", h.port)
	}
	if h.front != "" {
		err = errors.Join(err, run("ip", "link", "del", "u-"+h.name))
	}
	return errors.Join(err, run("ip", "netns", "del", h.name))
}

// processes returns the ids of all processes that live on the machine.
func (h *host) processes() ([]int, error) {
	own, err := os.Stat(filepath.Join(netnsFolder, h.name))
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// A process that has just ended has no network any more.
		if info, err := os.Stat(filepath.Join("/proc", e.Name(), "ns/net")); err == nil && os.SameFile(own, info) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
