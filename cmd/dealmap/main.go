// Command dealmap serves the national map and keeps its data: see dealmap --help.
//
// It only wires: it reads the configuration, opens what the other packages make, and runs one command.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/mesure5/dealmap"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program, so that tests can start it in their own process. It returns the exit status: 0 done, 1 failed,
// 2 called wrongly.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli cli
	out := &output{stdout: stdout, stderr: stderr}
	status := -1
	parser, err := kong.New(&cli,
		kong.Name("dealmap"), kong.Description(description), kong.UsageOnError(), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { status = code }), kong.Configuration(readTOML),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}), kong.Help(frenchHelp), kong.DefaultEnvars("DEALMAP"),
		kong.Vars{"accept": fmt.Sprint(dealmap.AcceptFrom)},
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(out),
	)
	if err != nil {
		fmt.Fprintln(stderr, "dealmap:", err)
		return 2
	}
	parser.Model.HelpFlag.Help = "Montrer cette aide."
	parsed, err := parser.Parse(args)
	if status >= 0 {
		return status
	}
	if err != nil {
		fmt.Fprintf(stderr, "dealmap : %s\nVoir dealmap --help.\n", inFrench(err))
		return 2
	}
	watched, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	go watchMemory(watched)
	switch err := parsed.Run(&cli.Globals); {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "dealmap : interrompu avant la fin")
		return 1
	case err != nil:
		fmt.Fprintf(stderr, "dealmap : %s\n", inFrench(err))
		return 1
	}
	return 0
}

// output is where a command writes: results to stdout; progress, logs and errors to stderr.
type output struct{ stdout, stderr io.Writer }
