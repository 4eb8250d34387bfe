package esdbtest

import (
	"context"
	"encoding/base64"
	"net"
	"strconv"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// A node is one endpoint of a cluster. What it does not implement, such as
// batch appends, it answers with Unimplemented.
type node struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer

	cluster *Cluster
	number  int
	addr    string

	mu     sync.Mutex
	server *grpc.Server  // nil: the node is down
	calls  chan struct{} // closed to end the calls under way
}

func (n *node) start() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.server != nil {
		return nil
	}
	l, err := net.Listen("tcp", n.addr)
	if err != nil {
		return err
	}
	if a := l.Addr().String(); n.addr != a {
		n.addr = a // the first time; nobody knows the node yet
	}
	n.calls = make(chan struct{})
	opts := []grpc.ServerOption{grpc.MaxRecvMsgSize(17 << 20)}
	if n.cluster.opts.TLS != nil {
		opts = append(opts, grpc.Creds(credentials.NewTLS(n.cluster.opts.TLS)))
	}
	n.server = grpc.NewServer(opts...)
	streams.RegisterStreamsServer(n.server, n)
	serverfeatures.RegisterServerFeaturesServer(n.server, n)
	gossip.RegisterGossipServer(n.server, gossiper{node: n})
	go func(s *grpc.Server) { _ = s.Serve(l) }(n.server) // ends with stop
	return nil
}

func (n *node) stop() {
	n.mu.Lock()
	s := n.server
	n.server = nil
	n.mu.Unlock()
	if s != nil {
		s.Stop()
	}
}

func (n *node) isUp() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.server != nil
}

func (n *node) drop() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.calls)
	n.calls = make(chan struct{})
}

func (n *node) dropped() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls
}

// admit refuses calls of strangers, and those that ask for the leader when this
// node is not; without that wish a follower reads itself and forwards appends.
func (n *node) admit(s grpc.ServerStream) error {
	md, _ := metadata.FromIncomingContext(s.Context())
	if o := n.cluster.opts; o.User != "" {
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte(o.User+":"+o.Password))
		if got := md.Get("authorization"); len(got) != 1 || got[0] != want {
			return status.Error(codes.Unauthenticated, "Unauthenticated")
		}
	}
	if asked := md.Get("requires-leader"); len(asked) == 0 || asked[0] != "true" {
		return nil
	}
	switch leader := n.cluster.Leader(); leader {
	case n.number:
		return nil
	case -1:
		return ErrUnavailable
	default:
		host, port := endpoint(n.cluster.nodes[leader].addr)
		s.SetTrailer(metadata.Pairs("exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", strconv.Itoa(port)))
		return status.Error(codes.NotFound, "Leader info available")
	}
}

func endpoint(addr string) (host string, port int) {
	host, p, _ := net.SplitHostPort(addr)
	port, _ = strconv.Atoi(p)
	return host, port
}

// GetSupportedMethods tells a client the version of the node.
func (n *node) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	all := &serverfeatures.SupportedMethods{EventStoreServerVersion: n.cluster.opts.Version}
	for _, m := range []string{"append", "read"} {
		all.Methods = append(all.Methods, &serverfeatures.SupportedMethod{MethodName: m, ServiceName: "event_store.client.streams.streams"})
	}
	return all, nil
}

// A gossiper tells clients of the nodes. It stands apart because two of the
// services have a method called Read.
type gossiper struct {
	gossip.UnimplementedGossipServer
	node *node
}

// Read tells which nodes there are, and which of them leads.
func (g gossiper) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	info := &gossip.ClusterInfo{}
	leader := g.node.cluster.Leader()
	for i, n := range g.node.cluster.nodes {
		state := gossip.MemberInfo_Follower
		if i == leader {
			state = gossip.MemberInfo_Leader
		}
		host, port := endpoint(n.addr)
		info.Members = append(info.Members, &gossip.MemberInfo{
			State: state, IsAlive: n.isUp(), HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(port)},
		})
	}
	return info, nil
}
