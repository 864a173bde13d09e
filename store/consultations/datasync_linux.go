package consultations

import "syscall"

// dataSync opens a file so that a write returns when its bytes are on the disk; when the file was changed last is not waited for.
const dataSync = syscall.O_DSYNC
