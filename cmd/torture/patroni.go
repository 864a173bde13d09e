//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"text/template"
)

// timings are Patroni's: how long the primary's key lasts, how often members look, how long they try again, in seconds.
type timings struct{ TTL, LoopWait, RetryTimeout int }

var knownTimings = map[string]timings{
	"quick":   {20, 2, 5}, // those of ../shared/ENGINE.md
	"default": {30, 10, 10},
}

const (
	binFolder    = "/usr/lib/postgresql/15/bin"
	databaseUser = "dealmap"
	databaseName = "dealmap"
)

var patroniTemplate = template.Must(template.New("patroni").Parse(`scope: torture
name: {{.Name}}
restapi:
  listen: {{.Address}}:8008
  connect_address: {{.Address}}:8008
etcd3:
  hosts: {{.Etcd}}
bootstrap:
  dcs:
    ttl: {{.TTL}}
    loop_wait: {{.LoopWait}}
    retry_timeout: {{.RetryTimeout}}
    synchronous_mode: {{.Mode}}
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        wal_level: replica
        hot_standby: "on"
        wal_log_hints: "on"
        max_connections: 100
        shared_buffers: 64MB
        max_wal_size: 256MB
        max_slot_wal_keep_size: 512MB
        synchronous_commit: "on"
  initdb:
  - encoding: UTF8
  - locale: C.UTF-8
  - data-checksums
postgresql:
  listen: {{.Address}}:5432
  connect_address: {{.Address}}:5432
  data_dir: {{.Data}}
  bin_dir: {{.Bin}}
  pgpass: {{.Disk}}/pgpass
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  authentication:
    superuser: {username: postgres, password: "{{.Password}}"}
    replication: {username: replicator, password: "{{.Password}}"}
    rewind: {username: rewinder, password: "{{.Password}}"}
  parameters:
    unix_socket_directories: {{.Disk}}
  pg_hba:
  - local all all trust
  - host all all 10.77.0.0/24 scram-sha-256
  - host replication replicator 10.77.0.0/24 scram-sha-256
`))

// configure writes the machine's patroni.yml.
func (m *machine) configure(all []*machine, t timings, mode string) error {
	var etcd []string
	for _, other := range all {
		etcd = append(etcd, other.address+":2379")
	}
	f, err := os.Create(m.config())
	if err != nil {
		return err
	}
	defer f.Close()
	return patroniTemplate.Execute(f, map[string]any{
		"Name": m.name, "Address": m.address, "Etcd": strings.Join(etcd, ","), "TTL": t.TTL, "LoopWait": t.LoopWait, "RetryTimeout": t.RetryTimeout,
		"Mode": mode, "Data": m.data(), "Disk": m.disk(), "Bin": binFolder, "Password": password,
	})
}

// synchronousMode is quorum where Patroni knows it (from version 4), else one chosen standby.
func synchronousMode() (mode, version string, err error) {
	out, err := exec.Command("patroni", "--version").Output()
	if err != nil {
		return "", "", fmt.Errorf("patroni --version: %w", err)
	}
	version = strings.TrimSpace(string(out))
	var major int
	if _, err := fmt.Sscanf(version, "patroni %d.", &major); err != nil {
		return "", "", fmt.Errorf("%q is no version of Patroni: %w", version, err)
	}
	if major >= 4 {
		return "quorum", version, nil
	}
	return "true", version, nil
}
