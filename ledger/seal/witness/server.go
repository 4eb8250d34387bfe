package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark/ledger/seal"
)

// maxBody bounds the body of add-checkpoint: 63 hashes, and a note.
const maxBody = 64 << 10

// A Server is a witness. Its methods may be called concurrently.
type Server struct {
	Logs   []Log  // whose checkpoints it may cosign, as of a policy
	State  string // folder of what it cosigned; it must never go back
	Signer note.Signer
}

// A refusal is an answer other than 200.
type refusal struct {
	status int
	body   string
	size   bool // the body is a size
}

func (r *refusal) Error() string { return r.body }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...) + "\n", false}
}

// ServeHTTP answers POST …/add-checkpoint.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	lines, err := s.answer(w, req)
	var r *refusal
	switch {
	case errors.As(err, &r):
		if r.size {
			w.Header().Set("Content-Type", "text/x.tlog.size")
		}
		w.WriteHeader(r.status)
		io.WriteString(w, r.body)
	case err != nil: // of our own disk: the client learns no more
		http.Error(w, "the witness cannot answer now", http.StatusInternalServerError)
	default:
		io.WriteString(w, lines)
	}
}

func (s *Server) answer(w http.ResponseWriter, req *http.Request) (string, error) {
	switch {
	case req.URL.Path != "/add-checkpoint":
		return "", refuse(http.StatusNotFound, "want POST /add-checkpoint")
	case req.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return "", refuse(http.StatusMethodNotAllowed, "want POST /add-checkpoint")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		return "", refuse(http.StatusRequestEntityTooLarge, "at most %d bytes", maxBody)
	}
	r, err := ParseRequest(body)
	if err != nil {
		return "", refuse(http.StatusBadRequest, "%v", err)
	}
	return s.Add(r)
}

// Add returns the cosignature lines of a checkpoint that extends the last one.
func (s *Server) Add(r Request) (string, error) {
	c, kept, err := s.known(r.Checkpoint)
	if err != nil {
		return "", err
	}
	lock := seal.LockDir(filepath.Join(s.State, folder(c.Origin)))
	for {
		held, err := lock.Load()
		if err != nil {
			return "", err
		}
		if err := s.follows(c, r, held); err != nil {
			return "", err
		}
		if err := lock.Swap(held, kept); errors.Is(err, seal.ErrLocked) {
			continue // another request came between; it is judged anew
		} else if err != nil {
			return "", err
		}
		return s.cosign(c)
	}
}

// known returns the checkpoint, and what is kept of it: its text with the
// signature of the log alone.
func (s *Server) known(signed []byte) (seal.Checkpoint, []byte, error) {
	log, err := Policy{Logs: s.Logs, Quorum: None}.logOf(signed)
	if err != nil {
		return seal.Checkpoint{}, nil, refuse(http.StatusNotFound, "%v", err)
	}
	n, err := note.Open(signed, note.VerifierList(log.verifier))
	if err != nil {
		return seal.Checkpoint{}, nil, refuse(http.StatusForbidden, "the checkpoint is not signed by %s", log.verifier.Name())
	}
	c, err := seal.ParseCheckpoint(n.Text)
	if err != nil {
		return seal.Checkpoint{}, nil, refuse(http.StatusBadRequest, "%v", err)
	}
	kept, err := note.Sign(&note.Note{Text: n.Text, Sigs: n.Sigs})
	return c, kept, err
}

// follows refuses a checkpoint that is not proven to extend the one held.
func (s *Server) follows(c seal.Checkpoint, r Request, held []byte) error {
	var last seal.Checkpoint
	if held != nil {
		var err error
		if last, _, err = s.known(held); err != nil {
			return fmt.Errorf("what is kept of %s: %w", c.Origin, errors.New(err.Error()))
		}
	}
	conflict := &refusal{http.StatusConflict, strconv.FormatInt(last.Size, 10) + "\n", true}
	switch {
	case r.Old > c.Size:
		return refuse(http.StatusBadRequest, "the old size %d is greater than the checkpoint's, %d", r.Old, c.Size)
	case r.Old != last.Size:
		return conflict
	case r.Old == 0 && len(r.Proof) > 0:
		return refuse(http.StatusUnprocessableEntity, "a proof from size 0 has no hashes")
	case r.Old == 0 && c.Size == 0 && c.Root != emptyRoot:
		return refuse(http.StatusUnprocessableEntity, "the root of an empty tree is another")
	case r.Old == 0:
		return nil
	case r.Old == c.Size && c.Root != last.Root:
		return conflict
	case r.Old == c.Size && len(r.Proof) == 0:
		return nil
	case tlog.CheckTree(r.Proof, c.Size, c.Root, last.Size, last.Root) != nil:
		return refuse(http.StatusUnprocessableEntity, "the proof does not lead from size %d to size %d", last.Size, c.Size)
	}
	return nil
}

var emptyRoot = tlog.Hash(sha256.Sum256(nil))

// cosign returns the signature lines over a checkpoint.
func (s *Server) cosign(c seal.Checkpoint) (string, error) {
	signed, err := note.Sign(&note.Note{Text: c.Text()}, s.Signer)
	if err != nil {
		return "", fmt.Errorf("cosign %s at size %d: %w", c.Origin, c.Size, err)
	}
	return string(signed[len(c.Text())+1:]), nil
}

// folder returns the name under which what is kept of a log lies.
func folder(origin string) string {
	sum := sha256.Sum256([]byte(origin))
	return hex.EncodeToString(sum[:])
}

// Origins returns the names of the logs that the witness cosigns.
func (s *Server) Origins() []string {
	var names []string
	for _, l := range s.Logs {
		if !slices.Contains(names, l.verifier.Name()) {
			names = append(names, l.verifier.Name())
		}
	}
	return names
}
