// Package internal holds no code: this test holds the architecture.
package internal_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ringfence/ringfence/"

// layer is a group of packages, and what they may import beside the standard library.
type layer struct {
	packages []string
	// may lists import path prefixes, of this module (beginning with internal/) or not.
	may []string
	// pure packages touch nothing: no clock, randomness, environment, network, files or
	// goroutines.
	pure bool
}

var (
	pure = []string{
		"internal/errclass", "internal/principal", "internal/policy", "internal/trail", "internal/config",
		"internal/tamper", "internal/exposure", "internal/plan", "internal/target", "internal/ledger",
		"internal/finding", "internal/prose", "internal/authdetails", "internal/explain", "internal/forms", "internal/ownparts", "internal/escape",
		"internal/lake/query", "internal/lint", "internal/count", "internal/wildcard", "internal/jsonscan", "internal/links", "internal/attack",
		"internal/apicall", "internal/impact", "internal/lru", "internal/spoke", "internal/delegation", "internal/sarif", "internal/markdown", "internal/iac",
	}
	edges = []string{
		"internal/iamread", "internal/iamwrite", "internal/publish", "internal/eventhistory", "internal/ledgerdb", "internal/queue", "internal/ownstate", "internal/organization",
	}
	core = []string{"internal/reconcile", "internal/report"}
	aws  = []string{"github.com/aws/", "golang.org/x/time/rate"}
	yaml = []string{"go.yaml.in/yaml/v3"}
)

// layers is the architecture: the imports of each package point to packages of an
// earlier layer, or of its own one where that is listed.
var layers = []layer{
	{packages: []string{"internal/policy/catalog/gen"}},                                            // a program: it writes what catalog embeds
	{packages: []string{"internal/spoke/gen"}, may: []string{"internal/spoke", "internal/config"}}, // a program: it writes templates
	{packages: []string{"internal/authdetails/accounttest"}},
	{packages: []string{"internal/trail/trailtest"}},
	{packages: pure, may: slices.Concat(pure, yaml), pure: true},
	{packages: []string{"internal/awserr"}, may: slices.Concat(pure, aws)},
	{packages: edges, may: slices.Concat(pure, aws, []string{"internal/awserr"})},
	{packages: core, may: pure},
	{packages: []string{"internal/assess"}, may: slices.Concat(pure, core)},
	{packages: []string{"internal/page", "internal/page/pagetest"}, may: []string{"internal/finding"}},
	{packages: []string{"internal/tables"}, may: []string{"github.com/jedib0t/go-pretty/"}},
	{packages: []string{"internal/bench/measure"}},
	{packages: []string{"internal/comparison"}, may: slices.Concat(pure, []string{"internal/page"})},
	{packages: []string{"internal/audit/html"}, may: slices.Concat(pure, []string{"internal/audit", "internal/page"})},
	{packages: []string{"internal/check"}, may: slices.Concat(pure, []string{"internal/assess"})},
	{packages: []string{"internal/audit"}, may: slices.Concat(pure, core, []string{"internal/assess"})},
	{packages: []string{"internal/live"}, may: slices.Concat(pure, aws, []string{"internal/awserr"})},
	{packages: []string{"internal/lake"}, may: slices.Concat(pure, aws, []string{"internal/awserr"})},
	{packages: []string{"internal/input"}, may: []string{"golang.org/x/text/", "github.com/klauspost/compress/gzip"}},
	{packages: []string{"internal/logs/split"}, may: []string{"internal/jsonscan"}},
	{packages: []string{"internal/s3logs"}, may: slices.Concat(aws, []string{"internal/awserr", "internal/logs"})},
	{packages: []string{"internal/logs"}, may: []string{"internal/logs/split", "internal/forms", "internal/input", "internal/trail"}},
	{
		packages: []string{"internal/configrule"},
		may:      slices.Concat(pure, core, aws, []string{"internal/assess", "internal/awserr"}),
	},
	{packages: []string{"internal/sweep"}, may: slices.Concat(pure, []string{"internal/assess"})},
	{packages: []string{"internal/delivery"}},
	{packages: []string{"internal/metrics"}, may: pure},
	{
		packages: []string{"internal/handler"},
		may:      slices.Concat(pure, core, []string{"internal/sweep", "internal/delivery", "internal/metrics"}),
	},
	{
		packages: []string{"internal/boot"},
		may:      slices.Concat(pure, edges, core, aws, []string{"internal/awserr", "internal/handler", "internal/assess", "internal/configrule", "internal/sweep", "internal/boot"}),
	},
	{packages: []string{"internal/runtimeapi"}},
	{packages: []string{"internal/localaws/localawstest"}, may: slices.Concat(aws, []string{"internal/awserr", "internal/localaws"})},
	{packages: []string{"internal/localaws"}, may: slices.Concat(pure, aws, []string{"internal/localaws"})},
	{
		packages: []string{"internal/replay"},
		may:      slices.Concat(pure, aws, []string{"internal/localaws", "internal/logs", "internal/boot", "internal/handler", "internal/awserr", "internal/runtimeapi", "events"}),
	},
	{
		packages: []string{"internal/timeline"},
		may:      slices.Concat(pure, []string{"internal/logs", "internal/page", "internal/replay", "internal/tables", "github.com/jedib0t/go-pretty/"}),
	},
	{
		packages: []string{"internal/bench/backtest"}, // a program: it measures how logs are read
		may:      []string{"internal/bench/measure", "internal/input", "internal/logs", "internal/replay", "internal/tables", "github.com/jedib0t/go-pretty/"},
	},
	{
		packages: []string{"internal/bench/organization"}, // a program: it measures an organization
		may: slices.Concat(aws, []string{
			"internal/bench/measure", "internal/boot", "internal/count", "internal/localaws", "internal/replay", "internal/runtimeapi",
		}),
	},
	{
		packages: []string{"internal/bench"}, // programs: they measure built functions
		may:      slices.Concat(aws, []string{"internal/bench", "internal/runtimeapi", "internal/localaws", "internal/awserr", "internal/authdetails/accounttest", "internal/tables", "github.com/jedib0t/go-pretty/"}),
	},
	{packages: []string{"internal/sim"}, may: []string{"internal/", "github.com/aws/", "golang.org/x/"}},
	{packages: []string{"functions"}, may: []string{"internal/", "github.com/aws/aws-lambda-go"}},
	{packages: []string{"cmd"}, may: []string{"internal/", "events", "github.com/", "golang.org/x/"}},
	{packages: []string{"events"}, may: []string{"golang.org/x/", "github.com/rogpeppe/go-internal", "internal/"}},
}

// impure are the standard packages that let a package reach outside itself, or be another
// from one run to the next.
var impure = []string{
	"os", "net", "net/http", "os/exec", "syscall", "log", "io/ioutil", "math/rand", "math/rand/v2", "crypto/rand", "runtime",
}

// TestPurePackagesHaveNoClockAndNoGoroutines: what decides is a function of what it is
// given.
func TestPurePackagesHaveNoClockAndNoGoroutines(t *testing.T) {
	files := 0
	for _, dir := range pure {
		err := filepath.WalkDir(filepath.Join("..", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/gen/") {
				return err
			}
			files++
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GoStmt:
					t.Errorf("%s starts a goroutine", set.Position(n.Pos()))
				case *ast.SelectorExpr:
					if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clocks, n.Sel.Name) {
						t.Errorf("%s uses time.%s: a pure package is given the time", set.Position(n.Pos()), n.Sel.Name)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Errorf("only %d files found: the walk is broken", files)
	}
}

// clocks are what of package time gives the time, or waits for it.
var clocks = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

func TestImportsPointDown(t *testing.T) {
	found := 0
	err := filepath.WalkDir("..", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != ".." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "bin" || name == "dist") {
			return filepath.SkipDir
		}
		pkg, _ := build.ImportDir(dir, 0) // the error: no package here
		if len(pkg.GoFiles) == 0 {
			return nil
		}
		found++
		path := filepath.ToSlash(strings.TrimPrefix(filepath.ToSlash(dir), "../"))
		l, ok := layerOf(path)
		if !ok {
			t.Errorf("%s belongs to no layer: say in this test which", path)
			return nil
		}
		for _, imported := range pkg.Imports {
			if !l.allows(imported) {
				t.Errorf("%s imports %s, which its layer does not allow", path, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("only %d packages found: the walk is broken", found)
	}
}

func layerOf(path string) (layer, bool) {
	for _, l := range layers {
		if slices.ContainsFunc(l.packages, func(p string) bool { return within(path, p) }) {
			return l, true
		}
	}
	return layer{}, false
}

func (l layer) allows(imported string) bool {
	if own, ok := strings.CutPrefix(imported, module); ok {
		return slices.ContainsFunc(l.may, func(p string) bool { return within(own, p) })
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return !l.pure || !slices.Contains(impure, imported)
	}
	return slices.ContainsFunc(l.may, func(p string) bool { return strings.HasPrefix(imported, p) })
}

// within reports whether a path is a package of the module or below it.
func within(path, pkg string) bool {
	return path == pkg || strings.HasPrefix(path, strings.TrimSuffix(pkg, "/")+"/")
}
