// Reads lines "0 DOCUMENT" or "1 DOCUMENT" (1: normalize); prints the helper's hash or "error" for each.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/Dstack-TEE/dstack/sdk/go/dstack"
)

func hash(line []byte) string {
	var compose dstack.AppCompose
	if err := json.Unmarshal(line[2:], &compose); err != nil {
		return "error"
	}
	digest, err := dstack.GetComposeHash(compose, line[0] == '1')
	if err != nil {
		return "error"
	}
	return digest
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		fmt.Println(hash(lines.Bytes()))
	}
}
