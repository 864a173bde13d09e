//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	nodePort = "8080"
	// nodeEnds is how long a node may take to end when it is asked to: requests under way get ten seconds.
	nodeEnds = 40 * time.Second
)

// node is one dealmap on the cluster.
type node struct {
	*host
	binary, data, logs, dsn string
	keyFile                 string // the file with the installation's key, for the first start; empty once it has been used
	process                 *process
}

func (n *node) base() string { return "http://" + n.front + ":" + nodePort }

func (n *node) boot() (err error) {
	arguments := []string{
		n.binary, "serve", "--data", n.data, "--listen", "0.0.0.0:" + nodePort, "--metrics", "", "--quiet", "--log-level", "warn",
		"--journal", n.dsn, "--node", n.name,
	}
	if n.keyFile != "" {
		arguments, n.keyFile = append(arguments, "--join", n.keyFile), ""
	}
	n.process, err = n.start(n.logs, "", "dealmap", nil, arguments...)
	return err
}

// ready waits until the node says that it serves.
func (n *node) ready(ctx context.Context, patience time.Duration) error {
	client := &http.Client{Timeout: 2 * time.Second}
	return until(ctx, n.name+" is ready", patience, func() error {
		if n.process.ended() {
			return fmt.Errorf("%s has ended: %v", n.process.name, n.process.err)
		}
		response, err := client.Get(n.base() + "/readyz")
		if err != nil {
			return err
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("readyz: %s", response.Status)
		}
		return nil
	})
}

// restart ends and starts the node in order.
func (n *node) restart(ctx context.Context) error {
	if err := n.process.stop(nodeEnds); err != nil {
		return err
	}
	if err := n.boot(); err != nil {
		return err
	}
	return n.ready(ctx, time.Minute)
}

// command runs a dealmap command over the node's folder, which reaches the node through its socket when it is running.
func (n *node) command(ctx context.Context, input string, args ...string) (string, error) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, "nsenter", append([]string{"--net=" + filepath.Join(netnsFolder, n.name), "--", n.binary}, append(args, "--data", n.data, "--quiet")...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("dealmap %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// startNodes starts the first node, which makes the journal, and the account of the clients; then the second, with the first one's key.
func (s *stage) startNodes(ctx context.Context, binary, logs string) error {
	for number := 1; number <= 2; number++ {
		h, err := makeHost(fmt.Sprintf("n%d", number), 20+number, number == 2, true)
		if err != nil {
			return err
		}
		n := &node{host: h, binary: binary, data: filepath.Join(s.folder, h.name), logs: logs, dsn: s.cluster.dsn(databaseUser, databaseName)}
		s.nodes = append(s.nodes, n)
		if err := os.MkdirAll(n.data, 0o700); err != nil {
			return err
		}
		if number > 1 {
			if err := n.takeKey(ctx, s.nodes[0]); err != nil {
				return err
			}
		}
		if err := n.boot(); err != nil {
			return err
		}
		if err := n.ready(ctx, time.Minute); err != nil {
			return err
		}
		if number > 1 {
			continue
		}
		if _, err := n.command(ctx, password+"\n", "user", "add", account, "--role", "ofast", "--service", "OFAST", "--unit", "Ofast", "--territory", "fr"); err != nil {
			return err
		}
	}
	return nil
}

// takeKey carries the installation's key over from another node by a file.
func (n *node) takeKey(ctx context.Context, from *node) error {
	n.keyFile = n.data + ".key"
	_, err := from.command(ctx, "", "node", "key", "--out", n.keyFile)
	return err
}
