#include "host/container_limits.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "host/proc_text.h"

namespace connlog {
namespace {

using namespace proc_text;

constexpr std::uint64_t kNoLimitBytes = std::uint64_t{1} << 60;  // version 1 writes a number near 2^63 for "none"
constexpr std::int64_t kCpusX100Max = 6'553'500;

std::optional<std::uint64_t> number_in(const HostAccess& host, const std::string& path) {
  const auto text = host.read(path);
  if (!text) return std::nullopt;
  return whole(trimmed(*text));  // "max" is no number
}

std::optional<std::uint64_t> entry_in(const HostAccess& host, const std::string& path, std::string_view name) {
  const auto text = host.read(path);
  return text ? value_of(*text, name) : std::nullopt;
}

// How far down the path of a process the container goes: "/docker/<id>", "/lxc.payload.web/init.scope", …  as
// hosts see it, when the container does not have a name space of cgroups of its own. Empty: this is no container's path.
std::string container_part(std::string_view path) {
  static constexpr std::string_view kMarks[] = {"docker",      "libpod", "crio-",    "cri-containerd",
                                                "lxc.payload", "lxc",    "kubepods", "machine.slice",
                                                "garden",      "ecs",    "nerdctl"};
  std::size_t end = 0;
  for (std::size_t begin = path.find('/'); begin != std::string_view::npos && begin + 1 < path.size();) {
    std::size_t next = path.find('/', begin + 1);
    if (next == std::string_view::npos) next = path.size();
    const std::string_view part = path.substr(begin + 1, next - begin - 1);
    const auto* mark = std::find_if(std::begin(kMarks), std::end(kMarks), [&](std::string_view word) {
      return part.starts_with(word) && !part.ends_with(".service");
    });
    if (mark != std::end(kMarks)) {
      end = next;
      // A directory of containers ("docker", "lxc", "kubepods/burstable/pod…"): the container is below it.
      const bool is_directory = part == *mark || part.starts_with("kubepods");
      if (is_directory && next < path.size()) {
        const bool is_pods = part.starts_with("kubepods");
        std::size_t below = path.find('/', next + 1);
        end = below == std::string_view::npos ? path.size() : below;
        if (is_pods) end = path.size();  // the classes and the pod lie between; all of them limit
      }
    } else if (end > 0) {
      break;
    }
    if (next == path.size()) break;
    begin = next;
  }
  return std::string(path.substr(0, end));
}

// What two paths have in common, in whole names: of this process and of process 1, which is the container's first. On a
// plain host they have nothing in common: its first process is in a group of its own.
std::string common_part(std::string_view a, std::string_view b) {
  std::size_t end = 0;
  for (std::size_t at = 0;; ++at) {
    const bool a_ends = at >= a.size() || a[at] == '/', b_ends = at >= b.size() || b[at] == '/';
    if (a_ends && b_ends && at > 0) end = at;
    if (at >= a.size() || at >= b.size() || a[at] != b[at]) break;
  }
  return end > 1 ? std::string(a.substr(0, end)) : std::string();
}

// Of "0::/path" (version 2) or "7:cpu,cpuacct:/path" (version 1, by controller).
std::string path_of(std::string_view cgroups, std::string_view controller) {
  while (!cgroups.empty()) {
    const std::string_view line = next_line(cgroups);
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    std::string_view controllers = line.substr(first + 1, second - first - 1);
    bool is_it = controller.empty() && controllers.empty();
    while (!is_it && !controllers.empty()) {
      const auto comma = controllers.find(',');
      is_it = !controller.empty() && controllers.substr(0, comma) == controller;
      controllers.remove_prefix(comma == std::string_view::npos ? controllers.size() : comma + 1);
    }
    if (is_it) return std::string(trimmed(line.substr(second + 1)));
  }
  return {};
}

// The directories whose limits hold for the container, from the outermost: the root of what is mounted here, which on a
// plain host has no limits and in a container is the container's own, and the container's path below it.
std::vector<std::string> limiting_directories(const std::string& mounted_at, std::string_view own_path,
                                              std::string_view first_path) {
  std::vector<std::string> directories{mounted_at};
  std::string part = container_part(own_path);
  if (const std::string common = common_part(own_path, first_path); common.size() > part.size()) part = common;
  for (std::size_t at = 1; !part.empty() && at <= part.size(); ++at) {
    at = std::min(part.find('/', at), part.size());
    directories.push_back(mounted_at + part.substr(0, at));
  }
  return directories;
}

void take_memory(ContainerLimits& limits, const HostAccess& host, const std::string& directory, bool is_v2) {
  const auto limit = number_in(host, directory + (is_v2 ? "/memory.max" : "/memory.limit_in_bytes"));
  if (!limit || *limit == 0 || *limit >= kNoLimitBytes) return;
  if (limits.memory_bytes && *limits.memory_bytes <= *limit) return;
  const auto usage = number_in(host, directory + (is_v2 ? "/memory.current" : "/memory.usage_in_bytes"));
  if (!usage) return;
  auto inactive = entry_in(host, directory + "/memory.stat", is_v2 ? "inactive_file" : "total_inactive_file");
  if (!inactive && !is_v2) inactive = entry_in(host, directory + "/memory.stat", "inactive_file");
  limits.memory_bytes = limit;
  limits.memory_used_bytes = std::min(*usage - std::min(inactive.value_or(0), *usage), *limit);
}

void take_cpus(ContainerLimits& limits, std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period,
               std::optional<std::uint64_t> used_micros) {
  if (!quota || !period || *quota == 0 || *period == 0 || *quota >= kNoLimitBytes / 100 || !used_micros) return;
  const auto x100 = static_cast<std::int64_t>(
      std::clamp<std::uint64_t>(*quota * 100 / *period, 1, static_cast<std::uint64_t>(kCpusX100Max)));
  if (limits.cpus_x100 && *limits.cpus_x100 <= x100) return;
  limits.cpus_x100 = x100;
  limits.cpu_used_micros = used_micros;
}

void take_cpus_v2(ContainerLimits& limits, const HostAccess& host, const std::string& directory) {
  const auto text = host.read(directory + "/cpu.max");  // "150000 100000", "max 100000"
  if (!text) return;
  std::string_view rest = trimmed(*text);
  const auto quota = whole(next_word(rest));
  if (!quota) return;
  take_cpus(limits, quota, whole(next_word(rest)), entry_in(host, directory + "/cpu.stat", "usage_usec"));
}

void take_cpus_v1(ContainerLimits& limits, const HostAccess& host, const std::string& directory) {
  const auto quota = number_in(host, directory + "/cpu.cfs_quota_us");  // -1: none, and no number here
  if (!quota) return;
  auto used = number_in(host, directory + "/cpuacct.usage");
  if (!used) {  // the controllers are mounted apart
    std::string other = directory;
    if (const auto at = other.find("/sys/fs/cgroup/cpu"); at == 0) other.replace(0, 18, "/sys/fs/cgroup/cpuacct");
    used = number_in(host, other + "/cpuacct.usage");
  }
  if (used) *used /= 1'000;
  take_cpus(limits, quota, number_in(host, directory + "/cpu.cfs_period_us"), used);
}

}  // namespace

ContainerLimits read_container_limits(const HostAccess& host) {
  ContainerLimits limits;
  const std::string own = host.read("/proc/self/cgroup").value_or("");
  const std::string first = host.read("/proc/1/cgroup").value_or("");
  const auto directories = [&](const std::string& mounted_at, std::string_view controller) {
    return limiting_directories(mounted_at, path_of(own, controller), path_of(first, controller));
  };
  for (const std::string& directory : directories("/sys/fs/cgroup", "")) {
    take_memory(limits, host, directory, true);
    take_cpus_v2(limits, host, directory);
  }
  if (!limits.memory_bytes) {
    for (const std::string& directory : directories("/sys/fs/cgroup/memory", "memory"))
      take_memory(limits, host, directory, false);
  }
  if (!limits.cpus_x100) {
    for (const std::string& directory : directories("/sys/fs/cgroup/cpu", "cpu")) take_cpus_v1(limits, host, directory);
    if (!limits.cpus_x100) {
      for (const std::string& directory : directories("/sys/fs/cgroup/cpu,cpuacct", "cpu"))
        take_cpus_v1(limits, host, directory);
    }
  }
  return limits;
}

}  // namespace connlog
