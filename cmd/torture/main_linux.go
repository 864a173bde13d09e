package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// folderVariable names the folder of the run for the inner processes.
const folderVariable = "DEALMAP_TORTURE_FOLDER"

// options are what the command line says.
type options struct {
	binary, folder string
	faults         []fault
	runs           int
	writers        int
	rate           int // requests a second of all writers together, at most
	timings        timings
	keep           bool
}

func main() {
	o, err := parse()
	if err == nil {
		var status int
		if status, err = o.play(); status != 0 {
			if err != nil {
				fmt.Fprintln(os.Stderr, "torture:", err)
			}
			os.Exit(status)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
}

func parse() (o options, err error) {
	var names []string
	for _, f := range faults {
		names = append(names, f.name)
	}
	chosen := flag.String("faults", strings.Join(names, ","), "faults, with commas between")
	timing := flag.String("timings", "quick", "Patroni's timings: quick (ttl 20, loop_wait 2, retry_timeout 5) or default (30, 10, 10)")
	list := flag.Bool("list", false, "list the faults")
	flag.StringVar(&o.binary, "binary", "bin/dealmap", "the program to break")
	flag.StringVar(&o.folder, "folder", "", "make the folder of the run in this one instead of the system's for temporary files")
	flag.IntVar(&o.runs, "runs", 20, "runs of each fault")
	flag.IntVar(&o.writers, "writers", 16, "clients that write")
	flag.IntVar(&o.rate, "rate", 200, "requests to write a second, of all clients together")
	flag.BoolVar(&o.keep, "keep", false, "keep the folder of the run, with everybody's logs")
	flag.Parse()
	if *list {
		for _, f := range faults {
			fmt.Printf("%-16s %s\n", f.name, f.says)
		}
		os.Exit(0)
	}
	var known bool
	if o.timings, known = knownTimings[*timing]; !known {
		return o, fmt.Errorf("-timings: %q is neither quick nor default", *timing)
	}
	if o.runs < 1 || o.writers < 1 || o.rate < 1 {
		return o, errors.New("-runs, -writers and -rate are at least 1")
	}
	for name := range strings.SplitSeq(*chosen, ",") {
		at := slices.Index(names, strings.TrimSpace(name))
		if at < 0 {
			return o, fmt.Errorf("-faults: there is no %q; -list tells which there are", name)
		}
		o.faults = append(o.faults, faults[at])
	}
	if o.binary, err = filepath.Abs(o.binary); err != nil {
		return o, err
	}
	_, err = os.Stat(o.binary)
	return o, err
}

// play is what this process has to do, by its stage.
func (o options) play() (status int, err error) {
	switch os.Getenv(stageVariable) {
	case stageInit:
		return runInit()
	case stageWorker:
		o.folder = os.Getenv(folderVariable)
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		return o.work(ctx)
	}
	folder, err := os.MkdirTemp(o.folder, "dealmap-torture-")
	if err != nil {
		return 0, err
	}
	if err := os.Chmod(folder, 0o755); err != nil { // other users work in it
		return 0, err
	}
	if o.keep {
		fmt.Fprintln(os.Stderr, "torture: everything is in", folder)
	}
	return runOuter(folder, o.keep)
}

// work runs every fault on a stage of its own. Status 1 says that something was found.
func (o options) work(ctx context.Context) (status int, err error) {
	var all []results
	for _, f := range o.faults {
		r, done := o.repeat(ctx, f, len(all))
		all = append(all, r)
		if len(r.found) > 0 || r.err != nil {
			status = 1
		}
		if !done {
			err = context.Cause(ctx)
			break
		}
	}
	printResults(os.Stdout, all)
	return status, err
}

// repeat runs one fault as often as asked. It reports false when the program was asked to end.
func (o options) repeat(ctx context.Context, f fault, number int) (results, bool) {
	r := results{fault: f.name, says: f.says, failures: map[string]int{}, refusals: map[string]int{}}
	o.folder = filepath.Join(o.folder, fmt.Sprintf("%d-%s", number, f.name))
	s := &stage{folder: o.folder, began: time.Now(), ledger: &ledger{}, hot: newHot()}
	if r.err = s.set(ctx, o); r.err != nil {
		o.runs = 0
	}
	for range o.runs {
		s.tell("%s, run %d of %d", f.name, s.runs+1, o.runs)
		out, err := s.once(ctx, o, f)
		if _, names := s.bases(); out.readFailures != nil {
			r.take(names, out)
		}
		if r.err = err; err != nil {
			break
		}
		s.tell("%d acknowledged, %d findings, writes paused %s s", out.acknowledged, len(out.findings), seconds(out.pause))
		if len(out.findings) > 0 {
			break // the next run would find the same
		}
	}
	r.err = errors.Join(r.err, s.end(o.keep))
	return r, ctx.Err() == nil
}
