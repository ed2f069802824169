#include "core/checks/path_asker.h"

#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/icmp6.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/checks/routes.h"

namespace connlog {
namespace {

constexpr std::uint16_t kPorts[] = {53, 80, 443};  // what gateways and public witnesses most often answer on, or refuse
constexpr milliseconds kEchoAgain{500};
constexpr std::size_t kAnsweredMax = 64;  // addresses that are known to answer such questions

// A socket with its watch, which ends before the socket is closed.
struct Door {
  int fd = -1;
  CheckRuntime::Held watch;

  explicit Door(int socket) : fd(socket) {}
  Door(Door&& other) noexcept : fd(std::exchange(other.fd, -1)), watch(std::move(other.watch)) {}
  Door& operator=(Door&& other) noexcept {
    std::swap(fd, other.fd);
    std::swap(watch, other.watch);
    return *this;
  }
  ~Door() {
    watch.reset();
    if (fd >= 0) ::close(fd);
  }
};

socklen_t to_sockaddr(const IpAddress& address, std::uint16_t port, unsigned interface, sockaddr_storage& out) {
  out = {};
  if (address.v6) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    in.sin6_scope_id = interface;
    std::memcpy(&in.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&out, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  std::memcpy(&in.sin_addr, address.bytes.data(), 4);
  std::memcpy(&out, &in, sizeof in);
  return sizeof in;
}

bool is_link_local(const IpAddress& address) {
  return address.v6 && address.bytes[0] == 0xfe && (address.bytes[1] & 0xc0) == 0x80;
}

// Link-local means nothing without the interface; other addresses must not have one.
unsigned scope_of(const IpAddress& address, const std::string& interface) {
  return is_link_local(address) ? ::if_nametoindex(interface.c_str()) : 0;
}

}  // namespace

OwnPath::Places own_places(const CheckRuntime& runtime, const std::vector<IpAddress>& witnesses, std::string& interface_v6) {
  Routes routes = own_routes();
  OwnPath::Places places;
  places.gateway_v4 = routes.gateway_v4;
  places.gateway_v6 = routes.gateway_v6;
  places.has_route_v4 = routes.has_route_v4;
  places.has_route_v6 = routes.has_route_v6;
  places.on_link = std::move(routes.on_link);
  places.own = local_addresses();
  places.witnesses = witnesses;
  for (const HostPort& server : runtime.name_servers()) {
    IpAddress address;
    if (parse_ip(server.host, address)) places.name_servers.push_back(address);
  }
  interface_v6 = std::move(routes.gateway_v6_interface);
  return places;
}

// Whether one address is alive.
class PathAsker::Knock {
 public:
  Knock(CheckRuntime& runtime, const IpAddress& address, unsigned interface, std::function<void(bool)> ended)
      : runtime_(runtime), address_(address), ended_(std::move(ended)) {
    doors_.reserve(std::size(kPorts) + 1);
    open_echo(interface);
    for (const std::uint16_t port : kPorts) open_tcp(port, interface);
    again_ = runtime_.at(runtime_.clock().monotonic() + kEchoAgain, [this] { echo_again(); });
    limit_ = runtime_.at(runtime_.clock().monotonic() + kLongest, [this] { end(false); });
  }

 private:
  void open_echo(unsigned interface) {
    const int fd = ::socket(address_.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                            address_.v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP));
    if (fd < 0) return;  // the system forbids it: TCP alone
    Door door(fd);
    sockaddr_storage to{};
    const socklen_t length = to_sockaddr(address_, 0, interface, to);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), length) != 0) return;
    echo_ = fd;
    door.watch = runtime_.watch(fd, CheckRuntime::kReadable, [this](std::uint32_t) { read_echo(); });
    doors_.push_back(std::move(door));
    send_echo();
  }

  void open_tcp(std::uint16_t port, unsigned interface) {
    const int fd = ::socket(address_.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0) return;
    Door door(fd);
    sockaddr_storage to{};
    const socklen_t length = to_sockaddr(address_, port, interface, to);
    const int code = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), length);
    if (code != 0 && errno != EINPROGRESS) {
      if (errno == ECONNREFUSED) come_to(true);
      return;
    }
    door.watch = runtime_.watch(fd, CheckRuntime::kWritable, [this, fd](std::uint32_t) { look_at(fd); });
    doors_.push_back(std::move(door));
  }

  void send_echo() {
    ++sequence_;
    if (address_.v6) {
      icmp6_hdr header{};
      header.icmp6_type = ICMP6_ECHO_REQUEST;
      header.icmp6_seq = htons(sequence_);
      static_cast<void>(::send(echo_, &header, sizeof header, MSG_NOSIGNAL));
    } else {
      icmphdr header{};
      header.type = ICMP_ECHO;
      header.un.echo.sequence = htons(sequence_);
      static_cast<void>(::send(echo_, &header, sizeof header, MSG_NOSIGNAL));
    }
  }

  void echo_again() {
    if (echo_ >= 0) send_echo();
    again_ = runtime_.at(runtime_.clock().monotonic() + kEchoAgain, [this] { echo_again(); });
  }

  void read_echo() {
    std::array<std::uint8_t, 256> answer{};
    const ssize_t count = ::recv(echo_, answer.data(), answer.size(), MSG_DONTWAIT);
    if (count > 0 && answer[0] == (address_.v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY)) end(true);
  }

  void look_at(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0 || error == ECONNREFUSED) return end(true);
    // Neither alive nor dead: the others go on.
    std::erase_if(doors_, [fd](const Door& door) { return door.fd == fd; });
  }

  // At the next turn: the constructor is no place to call from.
  void come_to(bool alive) {
    now_ = runtime_.at(Monotonic{}, [this, alive] { end(alive); });
  }

  void end(bool alive) {
    const std::function<void(bool)> ended = std::move(ended_);
    ended_ = nullptr;
    again_.reset();
    limit_.reset();
    if (ended) ended(alive);  // may destroy this
  }

  CheckRuntime& runtime_;
  const IpAddress address_;
  std::function<void(bool)> ended_;
  std::vector<Door> doors_;
  int echo_ = -1;
  std::uint16_t sequence_ = 0;
  CheckRuntime::Held again_, limit_, now_;
};

// The question about one address family: the gateway, the witnesses, the neighbours.
class PathAsker::Gateway {
 public:
  struct Asked {
    IpAddress address;
    bool is_gateway = false, is_witness = false;
    std::optional<bool> alive = {};
    std::unique_ptr<Knock> knock = {};
  };

  Gateway(Impl& asker, std::vector<Asked> asked, unsigned interface, std::function<void(PathAnswer)> told);

 private:
  void heard(std::size_t index, bool alive);
  bool is_decided() const;
  PathAnswer answer() const;

  Impl& asker_;
  std::vector<Asked> asked_;
  std::function<void(PathAnswer)> told_;
  CheckRuntime::Held soon_;
};

struct PathAsker::Impl {
  CheckRuntime& runtime;
  std::array<std::unique_ptr<Gateway>, 2> gateways;
  CheckRuntime::Held names;
  bool asks_names = false;
  std::vector<IpAddress> have_answered;

  explicit Impl(CheckRuntime& with) : runtime(with) {}

  bool is_talkative(const IpAddress& address) const { return std::ranges::find(have_answered, address) != have_answered.end(); }
  void heard_from(const IpAddress& address) {
    if (is_talkative(address)) return;
    if (have_answered.size() >= kAnsweredMax) have_answered.erase(have_answered.begin());
    have_answered.push_back(address);
  }
};

PathAsker::Gateway::Gateway(Impl& asker, std::vector<Asked> asked, unsigned interface, std::function<void(PathAnswer)> told)
    : asker_(asker), asked_(std::move(asked)), told_(std::move(told)) {
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    asked_[i].knock = std::make_unique<Knock>(asker_.runtime, asked_[i].address, is_link_local(asked_[i].address) ? interface : 0,
                                              [this, i](bool alive) { heard(i, alive); });
  }
  if (!asked_.empty()) return;
  // Nobody to ask: a line from point to point.
  soon_ = asker_.runtime.at(Monotonic{}, [this] {
    const auto call = std::move(told_);
    call(PathAnswer{});
  });
}

void PathAsker::Gateway::heard(std::size_t index, bool alive) {
  asked_[index].alive = alive;
  if (alive) asker_.heard_from(asked_[index].address);
  if (!told_ || !is_decided()) return;
  const auto call = std::move(told_);
  told_ = nullptr;
  call(answer());  // destroys this
}

bool PathAsker::Gateway::is_decided() const {
  const bool all = std::ranges::all_of(asked_, [](const Asked& each) { return each.alive.has_value(); });
  if (all) return true;
  const auto lives = [&](bool Asked::*what) {
    return std::ranges::any_of(asked_, [&](const Asked& each) { return each.*what && each.alive == true; });
  };
  const bool has_witness = std::ranges::any_of(asked_, &Asked::is_witness);
  return lives(&Asked::is_gateway) && (!has_witness || lives(&Asked::is_witness));
}

PathAnswer PathAsker::Gateway::answer() const {
  PathAnswer out;
  bool link = asked_.empty(), has_link = false, witness = false, has_witness = false;
  std::string witnesses;
  for (const Asked& each : asked_) {
    bool alive = each.alive == true;
    // One that never answered such a question may be of those that do not. Then its neighbour entry is what we have.
    if (each.is_gateway && !alive && !asker_.is_talkative(each.address)) {
      alive = own_neighbour(each.address).value_or(true);
    }
    if (each.is_witness) {
      has_witness = true;
      witness = witness || alive;
      witnesses += (witnesses.empty() ? "" : ", ") + to_text(each.address);
      continue;
    }
    has_link = true;
    link = link || alive;
    if (each.is_gateway) out.gateway_answers = alive;
    if (each.is_gateway && !alive) {
      out.is_well = false;
      out.text = fmt::format("the gateway {} does not answer", to_text(each.address));
    }
  }
  if (has_witness && !witness) {
    if (out.is_well) out.text = fmt::format("the gateway answers, but nobody behind it does ({})", witnesses);
    out.is_well = false;
  }
  out.link_is_well = link || !has_link;
  if (!out.link_is_well && out.text.empty()) out.text = "nobody answers on the network of this machine";
  return out;
}

PathAsker::PathAsker(CheckRuntime& runtime) : impl_(std::make_unique<Impl>(runtime)) {}
PathAsker::~PathAsker() = default;

void PathAsker::forget() {
  for (std::unique_ptr<Gateway>& each : impl_->gateways) each.reset();
  impl_->names.reset();
  impl_->asks_names = false;
}

void PathAsker::ask(PathPart part, const OwnPath::Places& places, const std::string& interface_v6,
                    const std::vector<IpAddress>& neighbours, std::function<void(PathPart, PathAnswer)> answered) {
  if (part == PathPart::resolver) {
    if (impl_->asks_names) return;
    impl_->asks_names = true;
    impl_->names = impl_->runtime.ask_name_servers([this, answered](bool is_well, std::string text) {
      impl_->asks_names = false;
      const CheckRuntime::Held over = std::move(impl_->names);
      answered(PathPart::resolver, PathAnswer{is_well, std::move(text)});
    });
    return;
  }
  const bool v6 = part == PathPart::gateway_v6;
  std::unique_ptr<Gateway>& place = impl_->gateways[v6 ? 1 : 0];
  if (place != nullptr) return;
  std::vector<Gateway::Asked> asked;
  const auto add = [&](const IpAddress& address, bool is_gateway, bool is_witness) {
    if (address.v6 != v6) return;
    if (std::ranges::find(asked, address, &Gateway::Asked::address) != asked.end()) return;
    Gateway::Asked one;
    one.address = address;
    one.is_gateway = is_gateway;
    one.is_witness = is_witness;
    asked.push_back(std::move(one));
  };
  const std::optional<IpAddress>& gateway = v6 ? places.gateway_v6 : places.gateway_v4;
  if (gateway) add(*gateway, true, false);
  for (const IpAddress& witness : places.witnesses) add(witness, false, true);
  for (const IpAddress& neighbour : neighbours) add(neighbour, false, false);
  const unsigned interface = gateway ? scope_of(*gateway, interface_v6) : 0;
  place = std::make_unique<Gateway>(*impl_, std::move(asked), interface, [this, part, v6, answered](PathAnswer answer) {
    // It ends at the next turn: it is calling.
    const std::unique_ptr<Gateway> over = std::move(impl_->gateways[v6 ? 1 : 0]);
    answered(part, std::move(answer));
  });
}

}  // namespace connlog
