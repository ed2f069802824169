#include "core/checks/runtime_names.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <unordered_map>
#include <utility>

#include "core/base/assert.h"
#include "core/base/text.h"
#include "core/checks/routes.h"
#include "core/net/idna.h"

namespace connlog {
namespace {

constexpr int kTryMs = 800;                      // the first try; c-ares doubles it
constexpr int kTries = 2;                        // with every name server
constexpr seconds kLookAtFilesAgain{5};          // resolv.conf, routes
constexpr std::size_t kGoodAddressesMax = 20'000;  // names whose last addresses are kept
constexpr std::size_t kAddressesMax = 32;        // of one name
constexpr const char* kResolvConf = "/etc/resolv.conf";

struct FileMark {
  std::int64_t modified_ns = 0, bytes = 0;
  std::uint64_t inode = 0;
  friend bool operator==(const FileMark&, const FileMark&) = default;
};

FileMark mark_of(const char* path) {
  struct stat facts {};
  if (::stat(path, &facts) != 0) return {};
  return {static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec, facts.st_size,
          static_cast<std::uint64_t>(facts.st_ino)};
}

int family_of(AddressFamily family) {
  switch (family) {
    case AddressFamily::any:
      return AF_UNSPEC;
    case AddressFamily::v4:
      return AF_INET;
    case AddressFamily::v6:
      return AF_INET6;
  }
  return AF_UNSPEC;
}

std::string_view noun_of(AddressFamily family) {
  return family == AddressFamily::v4 ? "IPv4 address" : family == AddressFamily::v6 ? "IPv6 address" : "address";
}

std::vector<IpAddress> addresses_of(const ares_addrinfo* found) {
  std::vector<IpAddress> out;
  for (const ares_addrinfo_node* node = found->nodes; node != nullptr && out.size() < kAddressesMax; node = node->ai_next) {
    IpAddress address;
    if (node->ai_family == AF_INET) {
      sockaddr_in in{};
      std::memcpy(&in, node->ai_addr, sizeof in);
      std::memcpy(address.bytes.data(), &in.sin_addr, 4);
    } else if (node->ai_family == AF_INET6) {
      sockaddr_in6 in{};
      std::memcpy(&in, node->ai_addr, sizeof in);
      address.v6 = true;
      std::memcpy(address.bytes.data(), &in.sin6_addr, 16);
    } else {
      continue;
    }
    if (std::ranges::find(out, address) == out.end()) out.push_back(address);
  }
  return out;
}

// One initialised c-ares channel. It stays until its last question is answered, also when resolv.conf has changed.
struct Channel {
  Poller& poller;
  ares_channel channel = nullptr;
  std::map<ares_socket_t, std::unique_ptr<Poller::Watch>> sockets;
  std::size_t pending = 0;

  Channel(Poller& with, const std::string& servers) : poller(with) {
    ares_options options{};
    options.timeout = kTryMs;
    options.tries = kTries;
    options.sock_state_cb = [](void* context, ares_socket_t socket, int readable, int writable) {
      static_cast<Channel*>(context)->state(socket, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    CONNLOG_ASSERT(ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) ==
                   ARES_SUCCESS);
    if (!servers.empty()) ares_set_servers_ports_csv(channel, servers.c_str());
  }
  ~Channel() { ares_destroy(channel); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void state(ares_socket_t socket, bool readable, bool writable) {
    if (!readable && !writable) {
      sockets.erase(socket);
      return;
    }
    const std::uint32_t wanted = (readable ? CheckRuntime::kReadable : 0U) | (writable ? CheckRuntime::kWritable : 0U);
    std::unique_ptr<Poller::Watch>& watch = sockets[socket];
    if (watch != nullptr) return watch->wants(wanted);
    watch = poller.watch(socket, wanted, [this, socket](std::uint32_t ready) {
      ares_process_fd(channel, (ready & CheckRuntime::kReadable) != 0 ? socket : ARES_SOCKET_BAD,
                      (ready & CheckRuntime::kWritable) != 0 ? socket : ARES_SOCKET_BAD);
    });
  }
};

struct LookupKey {
  std::string host;
  AddressFamily family;
  friend auto operator<=>(const LookupKey&, const LookupKey&) = default;
};

}  // namespace

// One lookup that somebody waits for.
class Names::Wish final : public CheckRuntime::Handle {
 public:
  Wish(Impl& names, LookupKey key, std::function<void(Lookup)> call);
  ~Wish() override;
  void answer(Lookup lookup);  // at the next turn

  Impl& names_;
  const LookupKey key_;
  std::function<void(Lookup)> call_;
  const Monotonic began_;
  std::optional<Lookup> lookup_;
  CheckRuntime::Held timer_;
};

class Names::Question final : public CheckRuntime::Handle {
 public:
  explicit Question(std::function<void(bool, std::string)> call) : call_(std::move(call)) {}
  ~Question() override;
  std::function<void(bool, std::string)> call_;
  std::shared_ptr<Question*> self_ = std::make_shared<Question*>(this);
  bool is_well_ = false;
  std::string text_;
  CheckRuntime::Held timer_;
};

struct Names::Impl {
  Poller& poller;
  const Clock& clock;
  const std::string servers;
  std::vector<std::unique_ptr<Channel>> channels;  // the last one is asked
  FileMark resolv_conf;
  Monotonic looked{};
  bool prefers_v6 = false;
  std::map<LookupKey, std::vector<Wish*>> wishes;  // asked for now
  std::map<LookupKey, std::vector<IpAddress>> good;

  Impl(Poller& with, const Clock& time, std::string asked) : poller(with), clock(time), servers(std::move(asked)) {
    CONNLOG_ASSERT(ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS);
    look();
  }
  ~Impl() {
    CONNLOG_ASSERT(wishes.empty());
    channels.clear();
    ares_library_cleanup();
  }

  // resolv.conf and the routes, now and then.
  void look() {
    const Monotonic now = clock.monotonic();
    if (!channels.empty() && now - looked < kLookAtFilesAgain) return;
    looked = now;
    prefers_v6 = own_routes().has_route_v6;
    const FileMark mark = servers.empty() ? mark_of(kResolvConf) : FileMark{};
    if (!channels.empty() && mark == resolv_conf) return;
    resolv_conf = mark;
    channels.push_back(std::make_unique<Channel>(poller, servers));
  }

  void ask(const LookupKey& key);
  void answered(const LookupKey& key, int status, ares_addrinfo* found);
  Lookup lookup_of(const LookupKey& key, int status, const ares_addrinfo* found);
  std::string servers_text() const;
  Lookup silence(const LookupKey& key, std::string text) const {
    const auto known = good.find(key);
    return {known == good.end() ? std::vector<IpAddress>{} : known->second, FailureSource::name, std::move(text), {}};
  }
};

namespace {

std::vector<HostPort> servers_of(ares_channel channel) {
  ares_addr_port_node* first = nullptr;
  std::vector<HostPort> out;
  if (ares_get_servers_ports(channel, &first) != ARES_SUCCESS) return out;
  for (const ares_addr_port_node* node = first; node != nullptr; node = node->next) {
    IpAddress address;
    address.v6 = node->family == AF_INET6;
    std::memcpy(address.bytes.data(), &node->addr, address.v6 ? 16 : 4);
    // 0: the usual one.
    out.push_back({to_text(address), static_cast<std::uint16_t>(node->udp_port == 0 ? 53 : node->udp_port)});
  }
  ares_free_data(first);
  return out;
}

}  // namespace

std::string Names::Impl::servers_text() const {
  std::string text;
  for (const HostPort& server : servers_of(channels.back()->channel)) {
    if (text.size() > 100) return text + ", …";
    text += (text.empty() ? "" : ", ") + server.host;
  }
  return text.empty() ? "none is set" : text;
}

Names::Wish::Wish(Impl& names, LookupKey key, std::function<void(Lookup)> call)
    : names_(names), key_(std::move(key)), call_(std::move(call)), began_(names.clock.monotonic()) {}

Names::Wish::~Wish() {
  const auto found = names_.wishes.find(key_);
  if (found == names_.wishes.end()) return;
  std::erase(found->second, this);
  if (found->second.empty()) names_.wishes.erase(found);
}

void Names::Wish::answer(Lookup lookup) {
  lookup.took = names_.clock.monotonic() - began_;
  lookup_ = std::move(lookup);
  timer_ = names_.poller.at(Monotonic{}, [this] {
    const std::function<void(Lookup)> call = std::move(call_);
    call(std::move(*lookup_));  // may destroy this
  });
}

Names::Question::~Question() {
  *self_ = nullptr;
}

Lookup Names::Impl::lookup_of(const LookupKey& key, int status, const ares_addrinfo* found) {
  switch (status) {
    case ARES_SUCCESS: {
      std::vector<IpAddress> addresses = addresses_of(found);
      if (addresses.empty()) break;
      std::ranges::stable_partition(addresses, [&](const IpAddress& address) { return address.v6 == prefers_v6; });
      if (good.size() >= kGoodAddressesMax && !good.contains(key)) good.erase(good.begin());
      good.insert_or_assign(key, addresses);
      return {std::move(addresses), FailureSource::none, {}, {}};
    }
    case ARES_ENOTFOUND:
      return {{}, FailureSource::target, fmt::format("there is no name {}", key.host), {}};
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
      return {{}, FailureSource::target, fmt::format("{} is no name that DNS can carry", key.host), {}};
    case ARES_ENODATA:
      break;
    case ARES_ENOMEM:
      return {{}, FailureSource::ours, "no memory for a lookup", {}};
    case ARES_ETIMEOUT:
      return silence(key, fmt::format("the name servers ({}) did not answer for {}", servers_text(), key.host));
    default:
      return silence(key, fmt::format("the name servers ({}) have no answer for {}: {}", servers_text(), key.host,
                                      ares_strerror(status)));
  }
  return {{}, FailureSource::target, fmt::format("{} has no {}", key.host, noun_of(key.family)), {}};
}

void Names::Impl::answered(const LookupKey& key, int status, ares_addrinfo* found) {
  const Lookup lookup = lookup_of(key, status, found);
  const auto waiting = wishes.find(key);
  if (waiting == wishes.end()) return;
  const std::vector<Wish*> all = std::move(waiting->second);
  wishes.erase(waiting);
  for (Wish* wish : all) wish->answer(lookup);
}

void Names::Impl::ask(const LookupKey& key) {
  struct Context {
    Impl* names;
    Channel* channel;
    LookupKey key;
  };
  Channel& channel = *channels.back();
  ++channel.pending;
  ares_addrinfo_hints hints{};
  hints.ai_family = family_of(key.family);
  hints.ai_flags = ARES_AI_NOSORT;  // its sorting opens and connects a socket for each address
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(
      channel.channel, key.host.c_str(), nullptr, &hints,
      [](void* given, int status, int, ares_addrinfo* found) {
        const std::unique_ptr<Context> context(static_cast<Context*>(given));
        const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owner(found, &ares_freeaddrinfo);
        --context->channel->pending;
        // At the end of the channel nobody waits any more.
        if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return;
        context->names->answered(context->key, status == ARES_SUCCESS && found == nullptr ? ARES_ENODATA : status, found);
      },
      new Context{this, &channel, key});
}

Names::Names(Poller& poller, const Clock& clock, std::string servers)
    : impl_(std::make_unique<Impl>(poller, clock, std::move(servers))) {}
Names::~Names() = default;

CheckRuntime::Held Names::resolve(const std::string& host, AddressFamily family, std::function<void(Lookup)> call) {
  IpAddress address;
  if (parse_ip(host, address)) {
    auto wish = std::make_unique<Wish>(*impl_, LookupKey{}, std::move(call));
    const bool fits = family == AddressFamily::any || address.v6 == (family == AddressFamily::v6);
    wish->answer(fits ? Lookup{{address}, FailureSource::none, {}, {}}
                      : Lookup{{}, FailureSource::target, fmt::format("{} is no {}", host, noun_of(family)), {}});
    return wish;
  }
  impl_->look();
  std::string name = folded(host);
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) name = domain_to_ascii(host);
  auto wish = std::make_unique<Wish>(*impl_, LookupKey{name, family}, std::move(call));
  if (name.empty()) {
    wish->answer({{}, FailureSource::target, "this is no name that DNS can carry", {}});
    return wish;
  }
  Wish* const waiting = wish.get();
  wish->timer_ = impl_->poller.at(wish->began_ + kLookupMax, [waiting] {
    Impl& names = waiting->names_;
    if (const auto found = names.wishes.find(waiting->key_); found != names.wishes.end()) {
      std::erase(found->second, waiting);
      if (found->second.empty()) names.wishes.erase(found);
    }
    waiting->answer(names.silence(waiting->key_, fmt::format("the name servers ({}) did not answer for {}",
                                                             names.servers_text(), waiting->key_.host)));
  });
  std::vector<Wish*>& together = impl_->wishes[wish->key_];
  together.push_back(waiting);
  // May answer at once: for names of /etc/hosts.
  if (together.size() == 1) impl_->ask(LookupKey(wish->key_));
  return wish;
}

CheckRuntime::Held Names::ask(std::function<void(bool, std::string)> call) {
  struct Context {
    Impl* names;
    Channel* channel;
    std::shared_ptr<Question*> question;
  };
  impl_->look();
  auto question = std::make_unique<Question>(std::move(call));
  Channel& channel = *impl_->channels.back();
  ++channel.pending;
  ares_query(
      channel.channel, ".", C_IN, T_NS,
      [](void* given, int status, int, unsigned char*, int) {
        const std::unique_ptr<Context> context(static_cast<Context*>(given));
        --context->channel->pending;
        Question* const asked = *context->question;
        if (asked == nullptr || status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return;
        // Any answer of their own will do; that they could reach nobody themselves (SERVFAIL) is none.
        asked->is_well_ = status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
        if (!asked->is_well_) {
          asked->text_ = fmt::format("no name server answers ({})", context->names->servers_text());
        }
        asked->timer_ = context->names->poller.at(Monotonic{}, [asked] {
          const auto told = std::move(asked->call_);
          const bool is_well = asked->is_well_;
          std::string text = std::move(asked->text_);
          told(is_well, std::move(text));  // may destroy the question
        });
      },
      new Context{impl_.get(), &channel, question->self_});
  return question;
}

std::vector<HostPort> Names::servers() const {
  return servers_of(impl_->channels.back()->channel);
}

std::optional<milliseconds> Names::wait() const {
  std::optional<milliseconds> soonest;
  for (const std::unique_ptr<Channel>& channel : impl_->channels) {
    timeval buffer{};
    const timeval* left = channel->pending == 0 ? nullptr : ares_timeout(channel->channel, nullptr, &buffer);
    if (left == nullptr) continue;
    const milliseconds until(static_cast<std::int64_t>(left->tv_sec) * 1'000 + (left->tv_usec + 999) / 1'000);
    soonest = std::min(soonest.value_or(until), until);
  }
  return soonest;
}

void Names::turn() {
  for (const std::unique_ptr<Channel>& channel : impl_->channels) {
    if (channel->pending > 0) ares_process_fd(channel->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }
  std::erase_if(impl_->channels, [&](const std::unique_ptr<Channel>& channel) {
    return channel != impl_->channels.back() && channel->pending == 0;
  });
}

}  // namespace connlog
