#include "web/server/own_names.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/base/text.h"

namespace connlog::web {
namespace {

constexpr std::size_t kMaxAddresses = 32;
constexpr std::size_t kMaxNames = 32;
constexpr std::size_t kMaxLines = 10'000;

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

// A name of this machine. "localhost" and the like are no names for others.
void add_name(std::vector<std::string>& list, std::string name) {
  name = folded(name);
  if (!name.empty() && name.back() == '.') name.pop_back();
  const bool local = name == "localhost" || name.starts_with("localhost.") || name.starts_with("ip6-");
  if (!local && list.size() < kMaxNames && is_host_name(name) && !is_ip_address(name)) add_once(list, std::move(name));
}

std::vector<std::vector<std::string>> words_of_lines(const std::string& path) {
  std::vector<std::vector<std::string>> lines;
  std::ifstream file(path);
  std::string line;
  while (lines.size() < kMaxLines && std::getline(file, line)) {
    std::istringstream in(line.substr(0, line.find('#')));
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(std::move(word));
    if (!words.empty()) lines.push_back(std::move(words));
  }
  return lines;
}

}  // namespace

bool is_ip_address(std::string_view host) {
  unsigned char binary[16];
  const std::string text(host);
  return ::inet_pton(AF_INET, text.c_str(), binary) == 1 || ::inet_pton(AF_INET6, text.c_str(), binary) == 1;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
}

std::vector<std::string> machine_names(std::string_view hostname, const std::string& root) {
  std::vector<std::string> names;
  const std::string whole(hostname);
  add_name(names, whole);
  if (names.empty()) return names;
  const std::string label = names.front().substr(0, names.front().find('.'));
  add_name(names, label);
  add_name(names, label + ".local");
  for (const auto& words : words_of_lines(root + "/etc/resolv.conf")) {
    if (words[0] != "search" && words[0] != "domain") continue;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i] != ".") add_name(names, label + "." + words[i]);
    }
  }
  // "127.0.1.1 pi.example.org pi": a line that has one of the machine's names gives all its names.
  for (const auto& words : words_of_lines(root + "/etc/hosts")) {
    const bool ours =
        words[0] == "127.0.1.1" || std::any_of(words.begin() + 1, words.end(), [&](const std::string& word) {
          return folded(word) == names.front() || folded(word) == label;
        });
    if (!ours) continue;
    for (std::size_t i = 1; i < words.size(); ++i) add_name(names, words[i]);
  }
  return names;
}

std::vector<std::string> machine_names() {
  char host[256] = "";
  if (::gethostname(host, sizeof host - 1) != 0) return {};
  return machine_names(host);
}

CertificateNames own_names(const std::string& public_host, const std::vector<std::string>& further) {
  CertificateNames out;
  const auto add = [&out](const std::string& name) {
    unsigned char binary[16];
    char text[INET6_ADDRSTRLEN] = "";
    for (const int family : {AF_INET, AF_INET6}) {  // spelled as read_certificates will spell it
      if (::inet_pton(family, name.c_str(), binary) != 1) continue;
      add_once(out.addresses, ::inet_ntop(family, binary, text, sizeof text));
      return;
    }
    if (is_host_name(name)) add_once(out.hosts, name);
  };
  add(public_host);
  for (const std::string& name : further) add(name);
  for (std::string& name : machine_names()) add_once(out.hosts, std::move(name));
  add_once(out.hosts, "localhost");
  add_once(out.addresses, "127.0.0.1");
  add_once(out.addresses, "::1");
  char text[INET6_ADDRSTRLEN] = "";
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return out;
  for (const ifaddrs* at = list; at && out.addresses.size() < kMaxAddresses; at = at->ifa_next) {
    if (!at->ifa_addr || (at->ifa_flags & IFF_UP) == 0) continue;
    if (at->ifa_addr->sa_family == AF_INET) {
      add_once(out.addresses,
               ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(at->ifa_addr)->sin_addr, text, sizeof text));
    } else if (at->ifa_addr->sa_family == AF_INET6) {
      const in6_addr& six = reinterpret_cast<const sockaddr_in6*>(at->ifa_addr)->sin6_addr;
      if (!IN6_IS_ADDR_LINKLOCAL(&six)) add_once(out.addresses, ::inet_ntop(AF_INET6, &six, text, sizeof text));
    }
  }
  ::freeifaddrs(list);
  return out;
}

}  // namespace connlog::web
