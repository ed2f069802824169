#include "host/collectors.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/log.h"
#include "core/base/text.h"
#include "host/disks.h"
#include "host/proc_text.h"

namespace connlog {
namespace {

using namespace proc_text;

// "1.07" as 107, without a locale and without floating point.
std::optional<std::int64_t> hundredths(std::string_view text) {
  const auto dot = text.find('.');
  const auto units = whole(text.substr(0, dot));
  if (!units || *units > 1'000'000'000'000) return std::nullopt;
  std::int64_t value = static_cast<std::int64_t>(*units) * 100;
  if (dot != std::string_view::npos) {
    std::string fraction(text.substr(dot + 1, 2));
    fraction.resize(2, '0');
    value += static_cast<std::int64_t>(whole(fraction).value_or(0));
  }
  return value;
}

std::int64_t mib(std::uint64_t bytes) {
  return static_cast<std::int64_t>(bytes / (1024 * 1024));
}

}  // namespace

wire::Frame Collector::collect(const wire::MetricToggles& metrics) {
  if (host_.begin) host_.begin();
  wire::Frame frame;
  if (const auto text = host_.read("/proc/uptime")) {
    if (const auto seconds_up = whole(*text))
      frame.uptime_seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds_up, INT64_MAX));
  }
  if (metrics.load) {
    if (const auto text = host_.read("/proc/loadavg")) {
      std::string_view rest = *text;
      if (const auto load = hundredths(next_word(rest))) frame.load_x100 = *load;
    }
  }
  const ContainerLimits limits = read_container_limits(host_);
  collect_cpu(frame);  // always, so that the interval is right when the metric is switched on
  limit_cpu(frame, limits);
  if (!metrics.cpu) frame.cpu_x100 = frame.cpu_peak_x100 = std::nullopt;
  if (metrics.memory) collect_memory(frame, limits);
  if (metrics.disk) collect_disks(frame);  // last: file systems hang more often than /proc does
  return frame;
}

Collector::CpuSample Collector::read_cpu() const {
  CpuSample sample;
  const auto text = host_.read("/proc/stat");
  if (!text) return sample;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = next_line(rest);
    if (!line.starts_with("cpu")) break;  // the lines of CPUs come first
    const std::string name(next_word(line));
    // user nice system idle iowait irq softirq steal; what follows (guests) is counted in user already.
    CpuTimes times;
    for (int column = 0; column < 8; ++column) {
      const auto ticks = whole(next_word(line));
      if (!ticks) break;
      times.total += *ticks;
      if (column != 3 && column != 4) times.busy += *ticks;
    }
    sample[name] = times;
  }
  return sample;
}

void Collector::collect_cpu(wire::Frame& frame) {
  CpuSample now = read_cpu();
  for (const auto& [name, times] : now) {
    const auto before = previous_cpu_.find(name);
    // A counter that went back (a core that was offline, a kernel's rounding) tells nothing about this interval.
    if (before == previous_cpu_.end() || times.total <= before->second.total || times.busy < before->second.busy)
      continue;
    const auto busy = times.busy - before->second.busy;
    const auto total = times.total - before->second.total;
    const auto x100 = std::min<std::int64_t>(static_cast<std::int64_t>((busy * 10'000 + total / 2) / total), 10'000);
    if (name == "cpu") {
      frame.cpu_x100 = x100;
    } else {
      frame.cpu_peak_x100 = std::max(frame.cpu_peak_x100.value_or(0), x100);
    }
  }
  if (!frame.cpu_x100) {
    frame.cpu_peak_x100 = std::nullopt;
  } else if (!frame.cpu_peak_x100) {
    frame.cpu_peak_x100 = frame.cpu_x100;
  }
  previous_cpu_ = std::move(now);
}

// In a container with a limit of CPU time, what it used of that. The kernel counts it for the container as a whole, so
// the busiest core is not known, and the peak is the mean.
void Collector::limit_cpu(wire::Frame& frame, const ContainerLimits& limits) {
  if (!limits.cpus_x100) {
    previous_limited_.reset();
    return;
  }
  const LimitedCpu now{.at = host_.monotonic(), .used_micros = *limits.cpu_used_micros};
  frame.cpu_x100 = frame.cpu_peak_x100 = std::nullopt;
  if (previous_limited_ && now.at > previous_limited_->at && now.used_micros >= previous_limited_->used_micros) {
    const double allowed =
        static_cast<double>((now.at - previous_limited_->at).count()) * static_cast<double>(*limits.cpus_x100) / 100;
    const double used = static_cast<double>(now.used_micros - previous_limited_->used_micros);
    frame.cpu_x100 = std::clamp<std::int64_t>(static_cast<std::int64_t>(used * 10'000 / allowed + 0.5), 0, 10'000);
    frame.cpu_peak_x100 = frame.cpu_x100;
  }
  previous_limited_ = now;
}

// How much of ZFS's cache (ARC) gives way when programs need memory: all above its minimum. The kernel counts it as used.
// In a container whose /proc/meminfo is its own (lxcfs) the cache is not in these numbers: there it is the machine's.
std::uint64_t Collector::yielding_arc_kib() const {
  const auto arc = host_.read("/proc/spl/kstat/zfs/arcstats");  // "name type data" in each line
  if (!arc) return 0;
  const std::uint64_t size = value_of(*arc, "size", 2).value_or(0);
  const std::uint64_t minimum = value_of(*arc, "c_min", 2).value_or(0);
  if (size <= minimum) return 0;
  const auto mounts = host_.read("/proc/self/mountinfo");
  const bool is_containers = mounts && mounts->find(" /proc/meminfo ") != std::string::npos;
  return is_containers ? 0 : (size - minimum) / 1024;
}

void Collector::collect_memory(wire::Frame& frame, const ContainerLimits& limits) const {
  const auto text = host_.read("/proc/meminfo");
  std::uint64_t total = 0, available = 0;
  if (text) {
    total = value_of(*text, "MemTotal:").value_or(0);
    const auto value = [&](std::string_view name) { return value_of(*text, name).value_or(0); };
    // Kernels before 3.14 have no MemAvailable.
    const auto told = value_of(*text, "MemAvailable:");
    available = told ? *told : value("MemFree:") + value("Buffers:") + value("Cached:");
    available = std::min(available, total);
    available = std::min(available + std::min(yielding_arc_kib(), total), total);
  }
  if (limits.memory_bytes && (total == 0 || *limits.memory_bytes / 1024 < total)) {
    frame.memory_total_mib = mib(*limits.memory_bytes);
    frame.memory_used_mib = mib(*limits.memory_used_bytes);
    return;
  }
  if (total == 0) return;
  frame.memory_total_mib = static_cast<std::int64_t>(total / 1024);
  frame.memory_used_mib = static_cast<std::int64_t>((total - available) / 1024);
}

void Collector::collect_disks(wire::Frame& frame) {
  const auto text = host_.read("/proc/self/mountinfo");
  if (!text) return;
  const auto disk = fullest_disk(counted_mounts(*text), host_.disk_space);
  if (!disk || mib(disk->space.counted_bytes()) == 0) return;
  frame.disk_total_mib = mib(disk->space.counted_bytes());
  frame.disk_used_mib = mib(disk->space.used_bytes);
  if (disk->name != reported_disk_)
    log_info("agent.disk", {{"reported", disk->name}, {"text", "It is the fullest file system of this host."}});
  reported_disk_ = disk->name;
}

namespace {

// Values that images and first boots leave in the file on many hosts at once (machine-id(5)): they say nothing.
bool is_no_machine_id(std::string_view id) {
  return id.empty() || id == "uninitialized" || id.find_first_not_of("0-") == std::string_view::npos ||
         id.find_first_not_of("fF-") == std::string_view::npos;
}

}  // namespace

std::string read_machine_id(const HostAccess& host) {
  auto text = host.read("/etc/machine-id");
  if (!text) text = host.read("/var/lib/dbus/machine-id");
  if (!text || is_no_machine_id(trimmed(*text))) return {};
  const std::string message = "connlog-machine-id|" + std::string(trimmed(*text));
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(message.data()), message.size());
  return to_hex(digest);
}

std::int64_t read_core_count(const HostAccess& host) {
  if (const auto cpus_x100 = read_container_limits(host).cpus_x100)
    return std::max<std::int64_t>((*cpus_x100 + 99) / 100, 1);
  const auto text = host.read("/proc/stat");
  if (!text) return 0;
  std::int64_t count = 0;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = next_line(rest);
    if (line.size() > 3 && line.starts_with("cpu") && line[3] >= '0' && line[3] <= '9') ++count;
  }
  return count;
}

std::string read_hostname(const HostAccess& host) {
  const auto text = host.read("/proc/sys/kernel/hostname");
  return text ? std::string(trimmed(*text)) : std::string();
}

}  // namespace connlog
