// Command waymark is the ledger's server and its tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	_ "time/tzdata" // partners' time zones are known on every machine

	"github.com/alecthomas/kong"

	"waymark/ledger"
	"waymark/ledger/pebblelog"
)

// Exit codes; scripts rely on them.
const (
	exitFine    = 0
	exitNo      = 1 // the answer is "no"
	exitUsage   = 2 // wrong use
	exitDamaged = 3 // the data fails its checks

	// Codes of sysexits.h.
	exitUnavailable = 69 // it could not be asked or done: no server, a port taken, a ledger open elsewhere, no leave
	exitIO          = pebblelog.ExitIO
)

// errNo is an answer: what was asked is not so. The answer has been printed.
var errNo = errors.New("no")

// commands are the subcommands, each in the file of its name.
type commands struct {
	Demo    demo         `cmd:"" help:"Generate a quarter of trade, ingest it, show what was found, and serve it. The first start takes about a minute."`
	Serve   serve        `cmd:"" help:"Serve the pages and the API of a ledger."`
	Sim     simul        `cmd:"" name:"sim" help:"Generate a trade with known diverters, and its truth."`
	Score   score        `cmd:"" help:"Score what the rules find in a trade that is read from standard input, as sim writes it, against its truth."`
	Trace   trace        `cmd:"" help:"Print the way of one item."`
	WhatIf  whatIf       `cmd:"" name:"what-if" help:"Tell what another policy would have found in a ledger, beside what was found."`
	Rebuild rebuild      `cmd:"" help:"Build the views anew from the log."`
	Check   check        `cmd:"" help:"Open the data read-only and tell its state."`
	Backup  backup       `cmd:"" help:"Copy a ledger to another folder."`
	Restore restore      `cmd:"" help:"Make a data folder from a backup."`
	Copy    copying      `cmd:"" name:"copy" help:"Copy a ledger between a folder and an EventStoreDB cluster, and compare the two; run again, it goes on where it broke off."`
	Key     key          `cmd:"" help:"Make an API key, and the line that lets serve know it."`
	Seal    sealCommand  `cmd:"" help:"What seals a ledger."`
	Verify  verification `cmd:"" help:"Check a proof or a receipt offline, and say what it proves."`
	Audit   audit        `cmd:"" help:"Replay a sealed log from the events behind it, and compare."`
	Witness witnessing   `cmd:"" help:"Serve a witness, who cosigns what goes on from what it saw (C2SP tlog-witness)."`
	Marks   watermarking `cmd:"" name:"watermark" help:"Mark copies of quotes, and look for the marks in what leaked."`
	Version release      `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs the command that args name and returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	exited := -1
	parser := kong.Must(&commands{},
		kong.Name("waymark"),
		kong.Description("An event-sourced ledger of serial numbers that finds goods sold outside their territory.\n\nExit codes: 0 fine, 1 the answer is no, 2 wrong use, 3 damaged data, 69 it could not be asked or done, 74 the disk failed."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(streams{stdin, stdout, stderr}),
	)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(negatives(args))
	switch {
	case exited == 0: // help was asked for and given
		return exitFine
	case err != nil:
		fmt.Fprintf(stderr, "waymark: %v\n", err)
		return exitUsage
	}
	return exitCode(command.Run(), stderr)
}

// negatives ties a negative number to the flag before it, which would be taken
// for a flag itself.
func negatives(args []string) []string {
	var out []string
	for _, a := range args {
		n := len(out)
		if _, err := strconv.ParseFloat(a, 64); err == nil && a[0] == '-' && n > 0 && strings.HasPrefix(out[n-1], "--") && !strings.Contains(out[n-1], "=") {
			out[n-1] += "=" + a
			continue
		}
		out = append(out, a)
	}
	return out
}

// release is the command that prints the program's version.
type release struct{}

// Run prints the version that the program was built from, and for what.
func (release) Run(std streams) error {
	_, err := fmt.Fprintf(std.out, "waymark %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// exitCode reports err, if it is more than an answer, and returns its code.
func exitCode(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errNo):
		return exitNo
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "waymark: interrupted")
		return exitUnavailable
	}
	fmt.Fprintf(stderr, "waymark: %s\n", plain(err))
	var wrong usageError
	switch {
	case errors.Is(err, pebblelog.ErrMoved):
		return exitIO
	case errors.Is(err, ledger.ErrDamaged):
		return exitDamaged
	case errors.As(err, &wrong):
		return exitUsage
	}
	return exitUnavailable
}

// plain returns what an error says, without a line that the database adds for
// programs.
func plain(err error) string {
	return strings.ReplaceAll(err.Error(), "\n<corruption detail carrier>", "")
}

// A usageError says that the command was called in a way that cannot work.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// usagef returns a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
