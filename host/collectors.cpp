#include "host/collectors.h"

#include <sodium.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>

#include "core/base/text.h"

namespace connlog {
namespace {

constexpr std::size_t kFileBytesMax = 4 * 1024 * 1024;  // /proc/stat of a large machine, mountinfo of a busy one

std::optional<std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 16 * 1024> buffer;
  std::size_t count;
  while (text.size() < kFileBytesMax && (count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0) {
    text.append(buffer.data(), count);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// Takes the next word off the front; empty at the end.
std::string_view next_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return text = {};
  text.remove_prefix(begin);
  const auto word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

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

bool is_pseudo(std::string_view type) {
  static constexpr std::string_view kPseudo[] = {
      "autofs",   "bpf",      "binfmt_misc", "cgroup",  "cgroup2",   "configfs",   "debugfs",    "devpts",
      "devtmpfs", "efivarfs", "erofs",       "fusectl", "hugetlbfs", "iso9660",    "mqueue",     "nsfs",
      "overlay",  "proc",     "pstore",      "ramfs",   "rootfs",    "rpc_pipefs", "securityfs", "squashfs",
      "sysfs",    "tmpfs",    "tracefs",     "udf",     "aufs",      "cramfs"};
  return std::find(std::begin(kPseudo), std::end(kPseudo), type) != std::end(kPseudo);
}

bool is_left_out(std::string_view mount_point) {
  static constexpr std::string_view kPrefixes[] = {"/snap/", "/var/lib/snapd/snap/", "/var/lib/docker/",
                                                   "/var/lib/containers/", "/run/"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view prefix) { return mount_point.starts_with(prefix); });
}

// mountinfo writes blanks and backslashes as three octal digits.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::int64_t mib(std::uint64_t bytes) {
  return static_cast<std::int64_t>(bytes / (1024 * 1024));
}

}  // namespace

HostAccess HostAccess::real() {
  return {.root = "", .disk_space = [](const std::string& mount_point, DiskSpace& out) {
            struct statvfs space;
            if (statvfs(mount_point.c_str(), &space) != 0) return false;
            const std::uint64_t block = space.f_frsize != 0 ? space.f_frsize : space.f_bsize;
            out.total_bytes = block * space.f_blocks;
            out.available_bytes = block * space.f_bavail;
            return true;
          }};
}

wire::Frame Collector::collect(const wire::MetricToggles& metrics) {
  wire::Frame frame;
  if (const auto text = read_file(host_.root + "/proc/uptime")) {
    if (const auto seconds_up = whole(*text))
      frame.uptime_seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds_up, INT64_MAX));
  }
  collect_cpu(frame);  // always, so that the interval is right when the metric is switched on
  if (!metrics.cpu) frame.cpu_x100 = frame.cpu_peak_x100 = std::nullopt;
  if (metrics.memory) collect_memory(frame);
  if (metrics.disk) collect_disks(frame);
  if (metrics.load) {
    if (const auto text = read_file(host_.root + "/proc/loadavg")) {
      std::string_view rest = *text;
      if (const auto load = hundredths(next_word(rest))) frame.load_x100 = *load;
    }
  }
  return frame;
}

Collector::CpuSample Collector::read_cpu() const {
  CpuSample sample;
  const auto text = read_file(host_.root + "/proc/stat");
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

void Collector::collect_memory(wire::Frame& frame) const {
  const auto text = read_file(host_.root + "/proc/meminfo");
  if (!text) return;
  std::map<std::string, std::uint64_t, std::less<>> kib;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = next_line(rest);
    std::string_view name = next_word(line);
    if (name.ends_with(':')) name.remove_suffix(1);
    if (const auto value = whole(next_word(line))) kib.emplace(name, *value);
  }
  const auto total = kib.find("MemTotal");
  if (total == kib.end() || total->second == 0) return;
  const auto value = [&](std::string_view name) { return kib.count(name) != 0 ? kib.find(name)->second : 0; };
  // Kernels before 3.14 have no MemAvailable.
  const std::uint64_t available =
      kib.count("MemAvailable") != 0 ? value("MemAvailable") : value("MemFree") + value("Buffers") + value("Cached");
  frame.memory_total_mib = static_cast<std::int64_t>(total->second / 1024);
  frame.memory_used_mib = static_cast<std::int64_t>((total->second - std::min(available, total->second)) / 1024);
}

void Collector::collect_disks(wire::Frame& frame) const {
  const auto text = read_file(host_.root + "/proc/self/mountinfo");
  if (!text) return;
  DiskSpace sum;
  for (const std::string& mount_point : real_mount_points(*text)) {
    DiskSpace space;
    if (!host_.disk_space(mount_point, space)) continue;
    sum.total_bytes += space.total_bytes;
    sum.available_bytes += std::min(space.available_bytes, space.total_bytes);
  }
  if (mib(sum.total_bytes) == 0) return;
  frame.disk_total_mib = mib(sum.total_bytes);
  frame.disk_used_mib = mib(sum.total_bytes - sum.available_bytes);
}

std::vector<std::string> real_mount_points(std::string_view mountinfo) {
  std::vector<std::string> found;
  std::set<std::string, std::less<>> seen;  // sources, and device numbers of real devices
  while (!mountinfo.empty()) {
    std::string_view line = next_line(mountinfo);
    const auto separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    std::string_view tail = line.substr(separator + 3);
    const std::string_view type = next_word(tail);
    const std::string_view source = next_word(tail);
    next_word(line);  // mount id
    next_word(line);  // parent
    const std::string_view device = next_word(line);
    next_word(line);  // root within the file system
    const std::string mount_point = unescaped(next_word(line));
    if (is_pseudo(type) || is_left_out(mount_point)) continue;

    std::string key;
    if (source.starts_with("/dev/")) {
      key = source;
    } else if (type == "zfs") {
      key = "zfs:" + std::string(source.substr(0, source.find('/')));  // data sets share their pool's space
    } else {
      continue;  // network and user-space file systems: not a disk of this host, and they may hang
    }
    const bool new_source = seen.insert(key).second;
    // Major number 0 is anonymous: btrfs gives one to each subvolume.
    const bool new_device = device.starts_with("0:") || seen.emplace(device).second;
    if (new_source && new_device) found.push_back(mount_point);
  }
  return found;
}

std::string read_machine_id(const HostAccess& host) {
  auto text = read_file(host.root + "/etc/machine-id");
  if (!text) text = read_file(host.root + "/var/lib/dbus/machine-id");
  if (!text || trimmed(*text).empty()) return {};
  const std::string message = "connlog-machine-id|" + std::string(trimmed(*text));
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(message.data()), message.size());
  return to_hex(digest);
}

std::int64_t read_core_count(const HostAccess& host) {
  const auto text = read_file(host.root + "/proc/stat");
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
  const auto text = read_file(host.root + "/proc/sys/kernel/hostname");
  return text ? std::string(trimmed(*text)) : std::string();
}

}  // namespace connlog
