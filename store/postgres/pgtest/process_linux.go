package pgtest

import "syscall"

// attributes give the server a group of its own, and end it when the test dies without ending it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential(), Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}
