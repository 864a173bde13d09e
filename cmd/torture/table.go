package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// outcome is what one run showed.
type outcome struct {
	acknowledged, unheard int
	findings              findings
	// pause is the longest time without an acknowledged write from the fault on; with a node that is alone, at the others.
	pause time.Duration
	// readFailures is by node; neither counts those at which no node answered.
	readFailures []int
	reads        int
	neither      int
	slowestRead  time.Duration
	lags         []time.Duration
	// refusals are the answers that the node alone gave to writes, and the longest wait for one.
	refusals       map[string]int
	slowestRefusal time.Duration
	// mended is how long after the end of the fault everything stood again as at first.
	mended time.Duration
}

// results are those of one fault.
type results struct {
	fault, says  string
	runs         int
	acknowledged int // all runs together
	unheard      int
	found        findings
	pauses       []time.Duration
	mended       []time.Duration
	lags         []time.Duration
	reads        int
	failures     map[string]int // by node
	neither      int
	slowestRead  time.Duration
	refusals     map[string]int
	slowest      time.Duration // refusal
	err          error
}

// take adds one run.
func (r *results) take(nodes []string, out outcome) {
	r.runs++
	r.acknowledged, r.unheard = out.acknowledged, out.unheard // of all runs so far: the journal is one
	r.found = append(r.found, out.findings...)
	r.pauses, r.mended, r.lags = append(r.pauses, out.pause), append(r.mended, out.mended), append(r.lags, out.lags...)
	r.reads, r.neither, r.slowestRead = r.reads+out.reads, r.neither+out.neither, max(r.slowestRead, out.slowestRead)
	for i, n := range out.readFailures {
		r.failures[nodes[i]] += n
	}
	for what, n := range out.refusals {
		r.refusals[what] += n
	}
	r.slowest = max(r.slowest, out.slowestRefusal)
}

// printResults writes one Markdown table, and below it what was found.
func printResults(w io.Writer, all []results) {
	fmt.Fprintln(w, "| Fault | Runs | Acknowledged | Unanswered, there | Lost | Twice | Stale accepted | Else | Writes paused, median / most | Whole again, most | Reads failed by node | at both at once | Slowest read | Seen on the other node, p50 / p99 |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, r := range all {
		count := map[findingKind]int{}
		for _, f := range r.found {
			count[f.kind]++
		}
		elsewhere := len(r.found) - count[foundLost] - count[foundTwice] - count[foundStale]
		var failures []string
		for _, node := range slices.Sorted(maps.Keys(r.failures)) {
			failures = append(failures, fmt.Sprintf("%s %d", node, r.failures[node]))
		}
		fmt.Fprintf(w, "| %s: %s | %d | %d | %d | %d | %d | %d | %d | %s / %s s | %s s | %s of %d | %d | %d ms | %d / %d ms |\n", r.fault, r.says, r.runs, r.acknowledged, r.unheard,
			count[foundLost], count[foundTwice], count[foundStale], elsewhere, seconds(quantile(r.pauses, 0.5)), seconds(quantile(r.pauses, 1)),
			seconds(quantile(r.mended, 1)), strings.Join(failures, ", "), r.reads, r.neither, r.slowestRead.Milliseconds(),
			quantile(r.lags, 0.5).Milliseconds(), quantile(r.lags, 0.99).Milliseconds())
	}
	for _, r := range all {
		if len(r.refusals) > 0 {
			fmt.Fprintf(w, "\n%s: the node alone answered writes with", r.fault)
			for _, what := range slices.Sorted(maps.Keys(r.refusals)) {
				fmt.Fprintf(w, " %s (%d times)", what, r.refusals[what])
			}
			fmt.Fprintf(w, ", after %s s at most.\n", seconds(r.slowest))
		}
		if r.err != nil {
			fmt.Fprintf(w, "\n%s could not go on: %v\n", r.fault, r.err)
		}
		const most = 20
		for i, f := range r.found {
			if i == most {
				fmt.Fprintf(w, "- %d more\n", len(r.found)-most)
				break
			}
			fmt.Fprintf(w, "\n- %s, %s: %s", r.fault, f.kind, f.text)
		}
	}
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
