// Command bench measures dealmap through its front door and prints one table: the binary in bin/, its real files on disk,
// HTTP on loopback, rights and consultation log on.
//
//	make bench            # 100,000 places
//	go run ./cmd/bench -places 4000
//	go run ./cmd/bench -peers       # beside PostGIS and node only, by the referee of ../shared/peers
//	go run ./cmd/bench -nodes       # several nodes on PostgreSQL
//	go run ./cmd/bench -browser     # the application in a real browser
//	go run ./cmd/bench -quality     # how well matching finds the same places, by noise class
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/dealmap", "the program to measure")
	places := flag.Int("places", 100_000, "places on the map")
	list := flag.String("list", "../shared/data/points/lambert93_77k.csv", "list to import; passed over when absent")
	lines := flag.Int("lines", 10_000_000, "lines of the consultation log for the auditor's questions; 0 leaves them out")
	services := flag.Int("services", 12_000, "true places of the three services' lists on which matching is measured; 0 leaves it out")
	onlyQuality := flag.Bool("quality", false, "measure the quality of matching only")
	large := flag.Int("large", 1_000_000, "places on the map that a list is staged against; 0 leaves it out")
	onlyImports := flag.Bool("imports", false, "measure imports only")
	onlyCounting := flag.Bool("counting", false, "measure numbers about territories only")
	onlyNetworks := flag.Bool("networks", false, "measure links and networks only")
	onlyNodes := flag.Bool("nodes", false, "measure several nodes on PostgreSQL only")
	onlyPeers := flag.Bool("peers", false, "measure the map beside its peers only")
	peersPlaces := flag.Int("peers-places", 100_000, "places for the map and its peers: 4000, 100000 or 1000000; 0 leaves peers out")
	shared := flag.String("shared", "../shared", "the folder of the referee of peers and of its outlines; without it peers are left out")
	onlyBrowser := flag.Bool("browser", false, "measure the application in a browser only")
	looked := flag.String("browser-places", "4000,100000,1000000", "numbers of places on the maps that the browser shows; empty leaves it out")
	profile := flag.String("profile", "", "write the profiles of the slowest row of tiles to this folder, and measure nothing else")
	profileRow := flag.String("profile-row", "", "profile this row instead: layer and zoom, as in \"clusters 6\"")
	growth := flag.String("growth", "", "draw how figures grow with the number of places to this SVG file, and measure nothing else")
	sizes := flag.String("sizes", "1000,10000,100000,1000000,3000000", "numbers of places for -growth")
	rounds := flag.Int("rounds", 400, "requests for each row of latencies")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // whoever asks twice does not wait
	b := &bench{ctx: ctx, binary: *binary, places: *places, list: *list, rounds: *rounds, lines: *lines, large: *large, services: *services}
	b.profileOnly = *profileRow
	b.shared, b.peersPlaces = *shared, *peersPlaces
	b.browserPlaces = *looked
	work := b.run
	only := func(named bool, steps ...func() error) {
		b.named, work = named, func() error { return b.alone(steps...) }
	}
	switch {
	case *growth != "":
		only(true, func() error { return b.growth(*sizes, *growth) })
	case *profile != "":
		only(false, func() error { return b.profile(*profile) })
	case *onlyQuality:
		only(true, b.quality)
	case *onlyCounting:
		b.onlyCounting = true
		only(true, b.imports, b.census)
	case *onlyBrowser:
		only(true, b.inBrowser)
	case *onlyNetworks:
		only(false, b.networks)
	case *onlyNodes:
		only(true, b.nodes)
	case *onlyPeers:
		only(true, b.peers)
	case *onlyImports:
		only(true, b.importList, b.imports)
	}
	err := work()
	err = errors.Join(context.Cause(ctx), err, b.print(os.Stdout))
	if b.board != nil {
		fmt.Println()
		err = errors.Join(err, b.board.print(os.Stdout, b.peersPlaces))
	}
	if b.matching != nil {
		fmt.Println()
		err = errors.Join(err, b.matching.print(os.Stdout))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// row is one line of the table.
type row struct{ what, value, target string }

type bench struct {
	// ctx ends when the run is interrupted; with it end the programs that the run started, and so what waits for them.
	ctx    context.Context
	binary string
	places int
	list   string
	rounds int
	lines  int
	large  int
	// onlyCounting leaves imports out of what is measured on the large map.
	onlyCounting bool
	// services is how many true places the lists are made of on which matching is measured.
	services int
	matching *matching
	// browserPlaces are the sizes of the maps that the browser shows, with commas between.
	browserPlaces string
	// profileOnly is the row to be profiled in the place of the slowest.
	profileOnly string
	// shared is the folder of the referee, and board what it measured beside peersPlaces places of peers.
	shared      string
	peersPlaces int
	board       *board
	data        string
	day         int // of the last request with a filter of its own
	// named tells that rows and the board name their own numbers of places, which are not that of -places.
	named bool
	rows  []row
}

func (b *bench) add(what, value, target string) {
	b.rows = append(b.rows, row{what, value, target})
	fmt.Fprintf(os.Stderr, "%s: %s\n", what, value)
}

func (b *bench) run() error {
	return b.alone(b.importList, b.fill, b.serveAndMeasure, b.inProcess, b.scopeShare, b.auditLog, b.nodes, b.peers, b.networks, b.imports, b.census, b.inBrowser, b.quality)
}

// alone carries out steps in a data folder of their own.
func (b *bench) alone(steps ...func() error) error {
	data, err := os.MkdirTemp("", "dealmap-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	b.data = data
	for _, step := range steps {
		if err := b.ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// print writes the head and the table.
func (b *bench) print(out io.Writer) error {
	of := ""
	if !b.named {
		of = fmt.Sprintf(", %d places", b.places)
	}
	fmt.Fprintf(out, "dealmap bench, %s%s, %s\n\n", time.Now().Format(time.DateOnly), of, machine())
	if len(b.rows) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| Work\t| Measured\t| Must reach\t|")
	fmt.Fprintln(w, "|---\t|---\t|---\t|")
	for _, r := range b.rows {
		fmt.Fprintf(w, "| %s\t| %s\t| %s\t|\n", r.what, r.value, r.target)
	}
	return w.Flush()
}

func machine() string {
	model := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(info)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores (%s), %s %s/%s", runtime.NumCPU(), model, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
