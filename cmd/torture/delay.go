//go:build linux

package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// delayLine is a cable between two tap interfaces that can be made long. The kernel's netem does the same, but is a module that many
// kernels, those of small virtual machines above all, come without.
type delayLine struct {
	oneWay atomic.Int64 // nanoseconds
	ends   [2]*os.File
}

// newDelayLine makes the two interfaces and carries frames between them until the program ends.
func newDelayLine(a, b string) (*delayLine, error) {
	left, err := openTap(a)
	if err != nil {
		return nil, err
	}
	right, err := openTap(b)
	if err != nil {
		return nil, err
	}
	l := &delayLine{ends: [2]*os.File{left, right}}
	l.carry(left, right)
	l.carry(right, left)
	return l, nil
}

// set gives the line a delay for the way there and back.
func (l *delayLine) set(roundTrip time.Duration) { l.oneWay.Store(int64(roundTrip / 2)) }

// close takes both interfaces away.
func (l *delayLine) close() {
	for _, end := range l.ends {
		end.Close()
	}
}

type frame struct {
	data []byte
	due  time.Time
}

// carry takes frames from one end to the other, in order.
func (l *delayLine) carry(from, to *os.File) {
	const most = 16384 // frames on their way; what is more is dropped, as routers do
	underway := make(chan frame, most)
	go func() {
		buffer := make([]byte, 65536)
		for {
			n, err := from.Read(buffer)
			if err != nil {
				close(underway)
				return
			}
			select {
			case underway <- frame{append([]byte(nil), buffer[:n]...), time.Now().Add(time.Duration(l.oneWay.Load()))}:
			default:
			}
		}
	}()
	go func() {
		for f := range underway {
			time.Sleep(time.Until(f.due))
			_, _ = to.Write(f.data) // an interface that is down loses frames
		}
	}()
}

const (
	tunSetIff = 0x400454ca
	iffTap    = 0x0002
	iffNoPI   = 0x1000
)

// openTap makes a tap interface that lasts as long as the file is open.
func openTap(name string) (*os.File, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:15], name)
	request.flags = iffTap | iffNoPI
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunSetIff, uintptr(unsafe.Pointer(&request))); errno != 0 {
		syscall.Close(fd)
		return nil, fmt.Errorf("tap %s: %w", name, errno)
	}
	return os.NewFile(uintptr(fd), "tap "+name), nil
}
