package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// module is the path that the imports of our own packages begin with.
const module = "waymark"

// A Floor is a top-level folder and its packages, from the ground up.
type Floor struct {
	Folder   string
	Packages []string
}

// Check returns every breach of the architecture by the Go files of tree, a
// checkout of the module, apart from its tests.
func Check(tree fs.FS) ([]string, error) {
	c := checker{rank: map[string]int{}, edges: map[edge]string{}}
	for _, f := range floors {
		for _, p := range f.Packages {
			c.rank[p] = len(c.rank) + 1
		}
	}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		return c.file(tree, name)
	})
	if err != nil {
		return nil, err
	}
	c.circles()
	return c.breaches, nil
}

// An edge is an import of one package of ours by another.
type edge struct{ from, to string }

type checker struct {
	rank     map[string]int  // place of a package, from the ground up
	edges    map[edge]string // a file that has the import
	breaches []string
}

func (c *checker) breach(format string, args ...any) {
	c.breaches = append(c.breaches, fmt.Sprintf(format, args...))
}

// file checks one file.
func (c *checker) file(tree fs.FS, name string) error {
	src, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(src, []byte("//go:build ignore\n")) {
		return nil // run by hand, part of no package
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, 0)
	if err != nil {
		return fmt.Errorf("check the imports of %s: %w", name, err)
	}
	from := path.Dir(name)
	if c.rank[from] == 0 {
		c.breach("%s: package %s has no place in the floors", name, from)
	}
	for _, im := range f.Imports {
		p, _ := strconv.Unquote(im.Path.Value)
		if to, ok := strings.CutPrefix(p, module+"/"); ok {
			c.edges[edge{from, to}] = name
			if c.rank[to] >= c.rank[from] {
				c.breach("%s: imports %s, which does not stand below it", name, to)
			}
		}
		c.foreign(name, from, p, im)
	}
	if under(from, pure) {
		c.names(fset, f)
	}
	return nil
}

// foreign checks the import of a package that is not ours.
func (c *checker) foreign(name, from, p string, im *ast.ImportSpec) {
	for framework, users := range only {
		if within(p, framework) && !under(from, users) {
			c.breach("%s: imports %s, which is for %s only", name, p, strings.Join(users, ", "))
		}
	}
	if !under(from, pure) {
		return
	}
	if under(p, impureImports) && !under(p, allowances[from]) {
		c.breach("%s: imports %s, but its package is pure", name, p)
	}
	if im.Name != nil && im.Name.Name == "." {
		c.breach("%s: imports %s without a name, which hides what is called", name, p)
	}
}

// names checks what a pure file uses of the packages that it imports.
func (c *checker) names(fset *token.FileSet, f *ast.File) {
	imported := map[string]string{} // name in the file → path
	for _, im := range f.Imports {
		p, _ := strconv.Unquote(im.Path.Value)
		local := path.Base(p)
		if local == "v2" {
			local = path.Base(path.Dir(p))
		}
		if im.Name != nil {
			local = im.Name.Name
		}
		imported[local] = p
	}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		if ok && slices.Contains(impureNames[imported[x.Name]], s.Sel.Name) {
			c.breach("%s: %s.%s, in a pure package", fset.Position(n.Pos()), x.Name, s.Sel.Name)
		}
		return true
	})
}

// circles checks folders as they are seen: taking each with all that lies in
// it, no two beside each other import one another, by whatever way round.
func (c *checker) circles() {
	beside := map[string]map[string][]string{} // folder → child → children it imports
	for e := range c.edges {
		parent, from, to := fork(e.from, e.to)
		if from == "" || to == "" {
			continue // one lies within the other
		}
		if beside[parent] == nil {
			beside[parent] = map[string][]string{}
		}
		beside[parent][from] = append(beside[parent][from], to)
	}
	for parent, graph := range beside {
		for child := range graph {
			if reaches(graph, child, child, map[string]bool{}) {
				c.breach("folder %s imports itself by way of its neighbours", path.Join(parent, child))
			}
		}
	}
}

// fork returns the innermost folder that holds both packages and the names of
// its children on the ways to them.
func fork(a, b string) (parent, toA, toB string) {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(as) && n < len(bs) && as[n] == bs[n] {
		n++
	}
	if n < len(as) {
		toA = as[n]
	}
	if n < len(bs) {
		toB = bs[n]
	}
	return strings.Join(as[:n], "/"), toA, toB
}

func reaches(graph map[string][]string, from, to string, seen map[string]bool) bool {
	for _, next := range graph[from] {
		if next == to {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if reaches(graph, next, to, seen) {
				return true
			}
		}
	}
	return false
}

// under tells whether p is one of the folders or lies within one.
func under(p string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return within(p, f) })
}

func within(p, folder string) bool { return p == folder || strings.HasPrefix(p, folder+"/") }
