// Command torture breaks real processes and then looks for every write that was acknowledged: three PostgreSQL under Patroni with
// synchronous replicas and etcd, two dealmap nodes on them, clients that write and read all the while. Everything lives in network
// namespaces of its own and ends with the program, also when that is killed. It needs Linux and root; install.sh beside it gets the rest.
//
//	make torture                                    # every fault, 20 times: hours
//	go run ./cmd/torture -faults kill-primary -runs 1
//	go run ./cmd/torture -list                      # the faults
//
// What the clients sent and what they were answered is a ledger (ledger.go). After each run the checker (check.go, replay.go) holds the
// ledger to the journal, read from the database past dealmap, and the journal to what both nodes show. One Markdown table goes to
// standard output, what happens meanwhile to standard error.
package main
