package benchmarks_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
)

// A client is one kept-alive HTTP/1.1 connection that sends a request and reads
// its answer, and allocates next to nothing: on a machine with two cores, what
// measures must not take the share of what is measured.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
	body []byte // of the last answer; reused
}

// dial connects to a server.
func dial(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() { c.conn.Close() }

// do sends a request and returns the status and the body of the answer, which
// holds until the next request.
func (c *client) do(method, path, contentType string, body []byte) (int, []byte, error) {
	b := append(c.out[:0], method...)
	b = append(append(b, ' '), path...)
	b = append(b, " HTTP/1.1\r\nHost: localhost\r\n"...)
	if body != nil {
		b = append(append(b, "Content-Type: "...), contentType...)
		b = strconv.AppendInt(append(b, "\r\nContent-Length: "...), int64(len(body)), 10)
		b = append(b, "\r\n"...)
	}
	b = append(append(b, "\r\n"...), body...)
	c.out = b
	if _, err := c.conn.Write(b); err != nil {
		return 0, nil, err
	}
	return c.answer()
}

// answer reads one answer.
func (c *client) answer() (status int, body []byte, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 {
		return 0, nil, fmt.Errorf("read status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, fmt.Errorf("read status line %q: %w", line, err)
	}
	length, chunked := 0, false
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, nil, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	if chunked {
		err = c.chunks()
	} else {
		err = c.fixed(length)
	}
	return status, c.body, err
}

func (c *client) fixed(length int) error {
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	_, err := io.ReadFull(c.in, c.body)
	return err
}

func (c *client) chunks() error {
	c.body = c.body[:0]
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		at := len(c.body)
		c.body = append(c.body, make([]byte, size+2)...) // with the CR LF after it
		if _, err := io.ReadFull(c.in, c.body[at:]); err != nil {
			return err
		}
		c.body = c.body[:at+int(size)]
		if size == 0 {
			return nil
		}
	}
}

// post sends a body and asks for a good answer.
func (c *client) post(path, contentType string, body []byte) error {
	status, answer, err := c.do("POST", path, contentType, body)
	if err != nil {
		return fmt.Errorf("post to %s: %w", path, err)
	}
	if status/100 != 2 || bytes.Contains(answer, []byte(`"status":`)) { // a line was refused
		return fmt.Errorf("post to %s: status %d: %.300s", path, status, answer)
	}
	return nil
}
