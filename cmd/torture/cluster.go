//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// cluster is the three machines.
type cluster struct {
	machines []*machine
	http     *http.Client
}

func newCluster() *cluster {
	return &cluster{http: &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// start makes the machines and starts what runs on them.
func (c *cluster) start(work, logs string, t timings, mode string) error {
	for n := 1; n <= 3; n++ {
		h, err := makeHost(fmt.Sprintf("m%d", n), 10+n, false, false)
		if err != nil {
			return err
		}
		m := newMachine(h, work, logs)
		c.machines = append(c.machines, m)
		if err := m.prepare(); err != nil {
			return err
		}
	}
	for _, m := range c.machines {
		m.serve(c.machines)
		if err := errors.Join(m.configure(c.machines, t, mode), m.etcd.up()); err != nil {
			return err
		}
	}
	for _, m := range c.machines {
		if err := m.patroni.up(); err != nil {
			return err
		}
	}
	return nil
}

// member is what Patroni says of one.
type member struct {
	Name, Role, State string
	Timeline          int
}

// members asks any machine that answers.
func (c *cluster) members(ctx context.Context) (members []member, err error) {
	for _, m := range c.machines {
		var answer struct{ Members []member }
		if failed := c.ask(ctx, m, "/cluster", &answer); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		return answer.Members, nil
	}
	return nil, err
}

func (c *cluster) ask(ctx context.Context, m *machine, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.address+":8008"+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s of %s: %s", path, m.name, response.Status)
	}
	return json.Unmarshal(data, into)
}

// whole reports why the cluster is not as it should be: one primary, two replicas that run on its timeline, one of them synchronous.
func (c *cluster) whole(ctx context.Context) error {
	members, err := c.members(ctx)
	if err != nil {
		return err
	}
	roles, lines, running := map[string]int{}, map[int]bool{}, 0
	for _, m := range members {
		roles[m.Role]++
		lines[m.Timeline] = true
		if m.State == "running" || m.State == "streaming" {
			running++
		}
	}
	if roles["leader"] != 1 || roles["sync_standby"]+roles["quorum_standby"] < 1 || running != len(c.machines) || len(lines) != 1 {
		return fmt.Errorf("cluster: %+v", members)
	}
	return nil
}

// primary is the machine that writes.
func (c *cluster) primary(ctx context.Context) (*machine, error) { return c.withRole(ctx, "leader") }

// standby is the machine that writes wait for.
func (c *cluster) standby(ctx context.Context) (*machine, error) {
	return c.withRole(ctx, "sync_standby", "quorum_standby")
}

func (c *cluster) withRole(ctx context.Context, roles ...string) (*machine, error) {
	members, err := c.members(ctx)
	if err != nil {
		return nil, err
	}
	for _, found := range members {
		for _, role := range roles {
			if found.Role != role {
				continue
			}
			for _, m := range c.machines {
				if m.name == found.Name {
					return m, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("no member is %s: %+v", strings.Join(roles, " or "), members)
}

// dsn leads to whichever machine writes.
func (c *cluster) dsn(user, database string) string {
	return dsn(user, database, "read-write", c.machines...)
}

func dsn(user, database, attributes string, machines ...*machine) string {
	var hosts []string
	for _, m := range machines {
		hosts = append(hosts, m.address+":5432")
	}
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, password), Host: strings.Join(hosts, ","), Path: database,
		RawQuery: "target_session_attrs=" + attributes + "&connect_timeout=3&sslmode=disable",
	}
	return u.String()
}

// createDatabase makes the database that dealmap is given.
func (c *cluster) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.dsn("postgres", "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, sql := range []string{
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", databaseUser, password),
		fmt.Sprintf("CREATE DATABASE %s OWNER %s", databaseName, databaseUser),
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	// The replica that no write waits for has the database a moment later; whoever asks it first would be told that there is none.
	return until(ctx, "all three have the database", 20*time.Second, func() error {
		for _, m := range c.machines {
			conn, err := pgx.Connect(ctx, dsn(databaseUser, databaseName, "any", m))
			if err != nil {
				return err
			}
			_ = conn.Close(ctx)
		}
		return nil
	})
}

// journal reads every entry from the primary, past dealmap.
func (c *cluster) journal(ctx context.Context) ([]row, error) {
	conn, err := pgx.Connect(ctx, c.dsn(databaseUser, databaseName))
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, "SELECT seq, hash, header, salt, body FROM dealmap_entry ORDER BY seq")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.hash, &r.header, &r.salt, &r.body); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
