//go:build !linux

package consultations

import "os"

// dataSync opens a file so that a write returns when its bytes are on the disk.
const dataSync = os.O_SYNC
