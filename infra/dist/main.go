// Command dist packs the built functions for release: for each function and
// architecture a zip that is the same, byte for byte, whenever and wherever it is made from
// the same source, and a list of what is in it (an SBOM in CycloneDX's form); and the
// checksums of them all.
//
//	dist -out dist enforce/arm64=build/enforce/bootstrap report/arm64=build/report/bootstrap
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("out", "dist", "folder to write to")
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(out string, functions []string) error {
	if len(functions) == 0 {
		return errors.New("usage: dist [-out FOLDER] FUNCTION/ARCHITECTURE=FILE…")
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var made []string
	for _, f := range functions {
		what, binary, isFile := strings.Cut(f, "=")
		function, arch, isBoth := strings.Cut(what, "/")
		if !isFile || !isBoth {
			return fmt.Errorf("%q is not FUNCTION/ARCHITECTURE=FILE", f)
		}
		files, err := pack(out, "ringfence-"+function, arch, binary)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		made = append(made, files...)
	}
	return checksums(out, made)
}

// pack writes the zip and the SBOM of one function, which are named for it.
func pack(out, name, arch, binary string) (made []string, err error) {
	function, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return nil, fmt.Errorf("reading what the function is built of: %w", err)
	}
	notices, err := licences(info)
	if err != nil {
		return nil, err
	}
	licence, err := os.ReadFile("LICENSE")
	if err != nil {
		return nil, err
	}
	zipped, list := name+"-"+arch+".zip", name+"-"+arch+".cdx.json"
	err = writeZip(filepath.Join(out, zipped), []file{
		{"LICENSE", licence, false},
		{"THIRD-PARTY-LICENSES.txt", notices, false},
		{"bootstrap", function, true},
	})
	if err != nil {
		return nil, err
	}
	return []string{zipped, list}, writeSBOM(filepath.Join(out, list), name, arch, function, info)
}

// checksums writes the file that sha256sum --check reads.
func checksums(out string, names []string) error {
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), name)
	}
	fmt.Print(b.String())
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(b.String()), 0o644)
}
