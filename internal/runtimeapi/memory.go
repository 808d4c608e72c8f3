package runtimeapi

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// PeakRSS is the most memory that the process has had so far, in bytes.
//
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func (p *Process) PeakRSS() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("reading the memory of the function: %w", err)
	}
	for line := range bytes.Lines(status) {
		fields := bytes.Fields(line)
		if len(fields) == 3 && string(fields[0]) == "VmHWM:" {
			kB, err := strconv.ParseInt(string(fields[1]), 10, 64)
			return kB << 10, err
		}
	}
	return 0, fmt.Errorf("reading the memory of the function: no VmHWM in its status")
}
