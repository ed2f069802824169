#include "core/base/time_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "core/base/embedded.h"

namespace connlog {
namespace {

constexpr std::size_t kFileBytesMax = 256 * 1024;
constexpr std::int64_t kDay = 86'400;

// "Europe/Berlin", "Etc/GMT+3", "UTC": at most three parts, none of which can leave the directory.
// "right/…" counts leap seconds, which our times do not; "posix/…" is a second name of the same zones.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.starts_with("right/") || name.starts_with("posix/")) return false;
  int parts = 1;
  bool part_is_empty = true;
  for (const char c : name) {
    if (c == '/') {
      if (part_is_empty || ++parts > 3) return false;
      part_is_empty = true;
      continue;
    }
    const bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                         c == '+' || c == '-';
    if (!allowed) return false;
    part_is_empty = false;
  }
  return !part_is_empty;
}

// Big-endian numbers out of a file; past its end everything is zero, and `is_short` says so.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text) {}

  std::int64_t number(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | byte();
    if (bytes < 8 && (value >> (bytes * 8 - 1) & 1) != 0) value |= ~std::uint64_t{0} << (bytes * 8);
    return static_cast<std::int64_t>(value);
  }
  std::uint8_t byte() {
    if (at_ >= text_.size()) {
      is_short_ = true;
      return 0;
    }
    return static_cast<std::uint8_t>(text_[at_++]);
  }
  void skip(std::uint64_t bytes) {
    if (bytes > text_.size() - at_) {
      is_short_ = true;
      at_ = text_.size();
      return;
    }
    at_ += bytes;
  }
  std::string_view rest() const { return text_.substr(at_); }
  bool is_short() const { return is_short_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool is_short_ = false;
};

struct Header {
  char version = 0;
  std::uint32_t utc = 0, standard = 0, leaps = 0, changes = 0, types = 0, characters = 0;

  std::uint64_t bytes(std::uint64_t time_size) const {
    return changes * time_size + changes + std::uint64_t{types} * 6 + characters + leaps * (time_size + 4) + standard +
           utc;
  }
};

std::optional<Header> read_header(Bytes& in) {
  if (!in.rest().starts_with("TZif")) return std::nullopt;
  in.skip(4);
  Header header;
  header.version = static_cast<char>(in.byte());
  in.skip(15);
  for (std::uint32_t* count : {&header.utc, &header.standard, &header.leaps, &header.changes, &header.types,
                               &header.characters}) {
    *count = static_cast<std::uint32_t>(in.number(4));
  }
  if (in.is_short() || header.changes > 10'000 || header.types == 0 || header.types > 256) return std::nullopt;
  return header;
}

template <typename Number>
bool read_number(std::string_view text, Number& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// The text up to `end`, which is taken from `rest` with it.
std::string_view take_part(std::string_view& rest, char end) {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

}  // namespace

// "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3": the rule after the last change, as POSIX writes it.
class TimeZone::RuleText {
 public:
  explicit RuleText(std::string_view text) : text_(text) {}

  std::optional<Rule> read() {
    Rule rule;
    std::int32_t west = 0;
    if (!name() || !time(west)) return std::nullopt;
    rule.offset = -west;
    if (text_.empty()) return rule;
    rule.has_summer = true;
    rule.summer_offset = rule.offset + 3'600;
    if (!name()) return std::nullopt;
    if (!text_.empty() && text_.front() != ',') {
      if (!time(west)) return std::nullopt;
      rule.summer_offset = -west;
    }
    if (!day(rule.summer_begins) || !day(rule.summer_ends) || !text_.empty()) return std::nullopt;
    return rule;
  }

 private:
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool name() {
    std::size_t length = 0;
    if (take('<')) {
      length = text_.find('>');
      if (length == std::string_view::npos) return false;
      text_.remove_prefix(length + 1);
      return true;
    }
    const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    while (length < text_.size() && is_letter(text_[length])) ++length;
    text_.remove_prefix(length);
    return length >= 3;
  }
  bool number(int& out, int highest) {
    std::size_t digits = 0;
    out = 0;
    while (digits < text_.size() && digits < 3 && text_[digits] >= '0' && text_[digits] <= '9')
      out = out * 10 + (text_[digits++] - '0');
    text_.remove_prefix(digits);
    return digits > 0 && out <= highest;
  }
  bool time(std::int32_t& out) {  // [+-]hh[:mm[:ss]]
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0, minutes = 0, rest = 0;
    if (!number(hours, 167)) return false;
    if (take(':') && (!number(minutes, 59) || (take(':') && !number(rest, 59)))) return false;
    out = hours * 3'600 + minutes * 60 + rest;
    if (negative) out = -out;
    return true;
  }
  bool day(RuleDay& out) {
    if (!take(',')) return false;
    if (take('M')) {
      out.kind = RuleDay::Kind::month_week_day;
      if (!number(out.month, 12) || out.month < 1 || !take('.') || !number(out.week, 5) || out.week < 1 || !take('.') ||
          !number(out.day, 6)) {
        return false;
      }
    } else {
      out.kind = take('J') ? RuleDay::Kind::julian : RuleDay::Kind::day_of_year;
      if (!number(out.day, 365) || (out.kind == RuleDay::Kind::julian && out.day < 1)) return false;
    }
    return !take('/') || time(out.time);
  }

  std::string_view text_;
};

TimeZone TimeZone::utc() {
  return {};
}

Result<TimeZone> TimeZone::load(std::string_view name, const std::filesystem::path& directory) {
  if (name == "UTC") return utc();
  if (!is_zone_name(name))
    return invalid("zone", "The time zone is a name such as Europe/Berlin, America/New_York or UTC.");
  std::error_code trouble;
  const std::filesystem::path path = directory / name;
  if (!std::filesystem::is_regular_file(path, trouble)) {
    if (auto built_in = in_table(name, embedded_zones())) return *std::move(built_in);
    if (has_timezones(directory) || !embedded_zones().empty())
      return invalid("zone", fmt::format("There is no time zone {}.", name));
    return invalid("zone", fmt::format("This machine knows no time zone but UTC: {} is missing. Install the package "
                                       "tzdata, or choose UTC.",
                                       directory.string()));
  }
  std::ifstream file(path, std::ios::binary);
  std::string text(kFileBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse(std::string(name), text);
}

Result<TimeZone> TimeZone::parse(std::string name, std::string_view tzif) {
  const auto damaged = [&] { return invalid("zone", fmt::format("The file of the time zone {} is damaged.", name)); };
  Bytes in(tzif);
  auto header = read_header(in);
  if (!header) return damaged();
  int time_size = 4;
  if (header->version >= '2') {
    in.skip(header->bytes(4));
    header = read_header(in);
    if (!header) return damaged();
    time_size = 8;
  }
  TimeZone zone;
  zone.name_ = std::move(name);
  zone.changes_.resize(header->changes);
  for (Change& change : zone.changes_) change.at = in.number(time_size);
  std::vector<std::uint8_t> types;
  for (std::uint32_t i = 0; i < header->changes; ++i) types.push_back(in.byte());
  std::vector<std::int32_t> offsets;
  for (std::uint32_t i = 0; i < header->types; ++i) {
    offsets.push_back(static_cast<std::int32_t>(in.number(4)));
    in.skip(2);
    if (offsets.back() < -100'000 || offsets.back() > 100'000) return damaged();
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i] >= offsets.size() || (i > 0 && zone.changes_[i].at <= zone.changes_[i - 1].at)) return damaged();
    zone.changes_[i].offset = offsets[types[i]];
  }
  zone.first_ = offsets.front();
  in.skip(header->characters + std::uint64_t{header->leaps} * static_cast<std::uint64_t>(time_size + 4) +
          header->standard + header->utc);
  if (in.is_short()) return damaged();
  if (time_size == 8) {
    const std::string_view rest = in.rest();
    const std::size_t end = rest.find('\n', 1);
    if (!rest.starts_with('\n') || end == std::string_view::npos) return damaged();
    if (end > 1) {
      zone.rule_ = RuleText(rest.substr(1, end - 1)).read();
      if (!zone.rule_) return damaged();
    }
  }
  return zone;
}

std::optional<TimeZone> TimeZone::in_table(std::string_view name, std::string_view table) {
  take_part(table, '\n');  // the version
  while (!table.empty()) {
    std::string_view names = take_part(table, '\n');
    std::string_view rule = take_part(names, ' ');
    bool is_it = false;
    while (!names.empty() && !is_it) is_it = take_part(names, ' ') == name;
    if (!is_it) continue;
    TimeZone zone;
    zone.name_ = std::string(name);
    zone.rule_ = RuleText(take_part(rule, ';')).read();
    if (!zone.rule_) return std::nullopt;
    if (rule.empty()) return zone;
    if (!read_number(take_part(rule, ';'), zone.first_)) return std::nullopt;
    zone.first_ *= 60;
    while (!rule.empty()) {
      std::string_view text = take_part(rule, ';');
      Change change;
      if (!read_number(take_part(text, ','), change.at) || !read_number(text, change.offset)) return std::nullopt;
      zone.changes_.push_back({change.at * 60, change.offset * 60});
    }
    return zone;
  }
  return std::nullopt;
}

std::int64_t TimeZone::local_seconds_of(const RuleDay& day, std::chrono::year year) {
  using namespace std::chrono;
  sys_days date = year / January / 1;
  switch (day.kind) {
    case RuleDay::Kind::month_week_day: {
      const std::chrono::month month(static_cast<unsigned>(day.month));
      const weekday wanted(static_cast<unsigned>(day.day));
      date = day.week == 5 ? sys_days(year / month / wanted[last])
                           : sys_days(year / month / wanted[static_cast<unsigned>(day.week)]);
      break;
    }
    case RuleDay::Kind::julian:  // 1…365: the 29th of February has no number
      date += days(day.day - 1 + (year.is_leap() && day.day >= 60 ? 1 : 0));
      break;
    case RuleDay::Kind::day_of_year:
      date += days(day.day);
      break;
  }
  return std::int64_t{date.time_since_epoch().count()} * kDay + day.time;
}

std::int32_t TimeZone::by_rule(const Rule& rule, std::int64_t unix_seconds) {
  if (!rule.has_summer) return rule.offset;
  const auto local = std::chrono::sys_seconds(seconds(unix_seconds + rule.offset));
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(local));
  const std::int64_t begins = local_seconds_of(rule.summer_begins, date.year()) - rule.offset;
  const std::int64_t ends = local_seconds_of(rule.summer_ends, date.year()) - rule.summer_offset;
  const bool summer = begins < ends ? unix_seconds >= begins && unix_seconds < ends
                                    : unix_seconds >= begins || unix_seconds < ends;
  return summer ? rule.summer_offset : rule.offset;
}

std::int32_t TimeZone::offset(std::int64_t unix_seconds) const {
  if (rule_ && (changes_.empty() || unix_seconds >= changes_.back().at)) return by_rule(*rule_, unix_seconds);
  const auto after = std::ranges::upper_bound(changes_, unix_seconds, {}, &Change::at);
  return after == changes_.begin() ? first_ : std::prev(after)->offset;
}

seconds TimeZone::offset_at(Instant at) const {
  return seconds(offset(std::chrono::floor<seconds>(microseconds(at.micros)).count()));
}

std::chrono::year_month_day TimeZone::date_at(Instant at) const {
  const auto local = std::chrono::sys_time<microseconds>(microseconds(at.micros) + offset_at(at));
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(local));
}

Instant TimeZone::instant_of(std::chrono::sys_days day, int hour, int minute) const {
  const std::int64_t wanted = std::int64_t{day.time_since_epoch().count()} * kDay + hour * 3'600 + minute * 60;
  const std::int64_t before = offset(wanted - kDay), after = offset(wanted + kDay);
  std::int64_t found = wanted - before;  // in the hour that is left out this is the hour after
  if (offset(wanted - before) != before && offset(wanted - after) == after) found = wanted - after;
  return Instant{found * 1'000'000};
}

bool has_timezones(const std::filesystem::path& directory) {
  std::error_code trouble;
  return std::filesystem::is_regular_file(directory / "Etc" / "UTC", trouble);
}

std::string timezones_version(const std::filesystem::path& directory) {
  std::ifstream file(directory / "tzdata.zi");
  std::string line;
  constexpr std::string_view kBefore = "# version ";
  if (!std::getline(file, line) || !line.starts_with(kBefore) || line.size() > 40) return {};
  return line.substr(kBefore.size());
}

std::string built_in_timezones_version() {
  const std::string_view table = embedded_zones();
  return std::string(table.substr(0, table.find('\n')));
}

}  // namespace connlog
