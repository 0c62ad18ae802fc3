// The SDK for Go behind lines: each line of the standard input is a case, see sdk.lua, and is answered by a
// line; "error" is what fails.
package main

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/Dstack-TEE/dstack/sdk/go/dstack"
	"golang.org/x/crypto/curve25519"
)

func compose(line string) (string, error) {
	var document dstack.AppCompose
	if err := json.Unmarshal([]byte(line[2:]), &document); err != nil {
		return "", err
	}
	return dstack.GetComposeHash(document, line[0] == '1')
}

func seal(line string) (string, error) {
	words := strings.Split(line, " ")
	envs := []dstack.EnvVar{}
	for _, pair := range words[1:] {
		name, text, _ := strings.Cut(pair, "=")
		key, keyErr := hex.DecodeString(name)
		value, valueErr := hex.DecodeString(text)
		if err := errors.Join(keyErr, valueErr); err != nil {
			return "", err
		}
		envs = append(envs, dstack.EnvVar{Key: string(key), Value: string(value)})
	}
	return dstack.EncryptEnvVars(envs, words[0])
}

// decrypt opens a blob with what the SDK seals with.
func decrypt(secret, blob []byte) ([]byte, error) {
	shared, err := curve25519.X25519(secret, blob[:32])
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(shared)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, blob[32:44], blob[44:], nil)
}

// open does as a guest does.
func open(line string) (string, error) {
	first, second, _ := strings.Cut(line, " ")
	secret, secretErr := hex.DecodeString(first)
	blob, blobErr := hex.DecodeString(second)
	if err := errors.Join(secretErr, blobErr); err != nil {
		return "", err
	}
	plain, err := decrypt(secret, blob)
	if err != nil {
		return "", err
	}
	var payload struct{ Env []dstack.EnvVar }
	if err := json.Unmarshal(plain, &payload); err != nil {
		return "", err
	}
	words := []string{hex.EncodeToString(plain)}
	for _, env := range payload.Env {
		words = append(words, fmt.Sprintf("%x=%x", env.Key, env.Value))
	}
	return strings.Join(words, " "), nil
}

func verify(line string) (string, error) {
	words := strings.Split(line, " ")
	key, keyErr := hex.DecodeString(words[1])
	signature, signatureErr := hex.DecodeString(words[2])
	timestamp, timestampErr := strconv.ParseUint(words[4], 10, 64)
	age, ageErr := strconv.ParseUint(words[5], 10, 64)
	err := errors.Join(keyErr, signatureErr, timestampErr, ageErr)
	var signer []byte
	if err == nil && words[0] == "legacy" {
		signer, err = dstack.VerifyEnvEncryptPublicKey(key, signature, words[3])
	} else if err == nil {
		options := dstack.VerifyEnvEncryptPublicKeyOptions{MaxAgeSeconds: age}
		signer, err = dstack.VerifyEnvEncryptPublicKeyWithTimestamp(key, signature, words[3], timestamp, &options)
	}
	if err == nil && signer == nil {
		err = errors.New("no signer")
	}
	return string(signer), err
}

func main() {
	actions := map[string]func(string) (string, error){
		"compose": compose, "seal": seal, "open": open, "verify": verify,
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		action, line, _ := strings.Cut(lines.Text(), " ")
		answer, err := actions[action](line)
		if err != nil {
			answer = "error"
		}
		fmt.Println(answer)
	}
}
