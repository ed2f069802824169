// The first look at a request, at its head alone: which route is it, is it meant for this server (Host and Origin,
// threat 7; not checked for agents and installers), is it small enough, is it in a format that we read (never
// compressed: threat 21), and does its address ask too often (threat 19; not checked for agents)? All these checks are
// cheap, so a flood of refused requests does little harm. Any thread may enter.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/base/bounded_table.h"
#include "core/base/clock.h"
#include "core/crypto/keyed_digest.h"
#include "web/server/http_server.h"
#include "web/server/reply.h"
#include "web/api/web_options.h"

namespace connlog::web {

// A token bucket for each address unit (an IPv6 host owns its /64). The table is of bounded size, and a flood does not
// make a look-up slower.
class AddressLimiter {
 public:
  static constexpr std::size_t kAddressesMax = 8'192;
  AddressLimiter(const Clock& clock, Random& random, double burst, double per_second);

  // 0: go on. Otherwise the seconds to wait.
  int take(std::string_view address);
  std::size_t size() const;

 private:
  struct Bucket {
    double tokens = 0;
    Monotonic at;  // not set: a new bucket, which is full
  };
  const Clock& clock_;
  const KeyedDigest digest_;
  const double burst_;
  const double per_second_;
  mutable std::mutex mutex_;  // guards buckets_
  BoundedTable<ShortDigest, Bucket, ShortDigestHash> buckets_;
};

class Guard {
 public:
  Guard(const WebOptions& options, const Clock& clock, Random& random);

  // A refusal, or nothing. Sets in `rendering` the face (which security headers the answer gets), HSTS, and whether the
  // connection is closed.
  std::optional<Reply> check(const HttpRequest& request, Rendering& rendering);

  // "Host: monitor.example.org:8443". True for our own names and for every IP address. In a DNS rebinding attack the
  // browser sends the attacker's name, which is refused.
  bool is_our_host(std::string_view host) const;
  bool is_our_origin(std::string_view origin, std::string_view host, bool tls) const;

 private:
  std::optional<Reply> refuse_foreign(const HttpRequest& request, Rendering& rendering) const;
  bool is_vouched_for(const HttpRequest& request) const;
  bool wants_secure_cookies(const HttpRequest& request) const;
  Reply unknown_host(const HttpRequest& request, Rendering& rendering) const;
  void log_unknown_host(const std::string& name) const;

  const WebOptions& options_;
  std::set<std::string, std::less<>> names_;
  AddressLimiter limiter_;
  mutable std::mutex told_mutex_;  // guards told_hosts_
  mutable std::set<std::string, std::less<>> told_hosts_;
};

bool is_mail_page_path(std::string_view path);  // what the links of mails open (web/api/notify/mail_pages.cpp)

}  // namespace connlog::web
