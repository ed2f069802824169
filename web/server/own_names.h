// The names and addresses under which this machine may be reached: for the Host check and for connlog's own certificate.
// They come from the machine itself (host name, the domains of /etc/resolv.conf, /etc/hosts, interfaces) and from the
// settings. Nothing is looked up in DNS. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/server/certificate_maker.h"

namespace connlog::web {

// Host names of this machine in lower case: its own, also with `.local` (multicast DNS) and with each domain that DHCP or
// the administrator put into resolv.conf, and what /etc/hosts calls it. `root` is put before the files' paths, for tests.
std::vector<std::string> machine_names(std::string_view hostname, const std::string& root = {});
std::vector<std::string> machine_names();

// All of the above with localhost, the public host and the further names, each once.
CertificateNames own_names(const std::string& public_host, const std::vector<std::string>& further = {});

// Whether a certificate may carry this name. Clients would not ask for any other.
bool is_host_name(std::string_view host);
bool is_ip_address(std::string_view host);

}  // namespace connlog::web
