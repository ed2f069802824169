#include "web/api/watch/subject_query.h"

#include <fmt/format.h>

#include <utility>

#include "core/watch/rule.h"

namespace connlog::web {
namespace {

constexpr std::size_t kWordCharactersMax = 40;
constexpr std::size_t kTextCharactersMax = 80;
constexpr std::size_t kIdCharactersMax = 64;

template <ClosedSet Enum>
Result<std::vector<Enum>> words_in(const Context& ctx, std::string_view name) {
  std::vector<Enum> values;
  const auto texts = TRY(ctx.query_texts(name, kWordCharactersMax));
  for (const std::string& text : texts) {
    const auto value = parse_word<Enum>(text);
    if (!value)
      return invalid(std::string(name), fmt::format("This must be one of: {}.", listed(words_of<Enum>())));
    values.push_back(*value);
  }
  return values;
}

template <typename IdType>
Result<std::vector<IdType>> ids_in(const Context& ctx, std::string_view name) {
  std::vector<IdType> ids;
  const auto texts = TRY(ctx.query_texts(name, kIdCharactersMax));
  for (const std::string& text : texts) {
    if (!IdType::parse(text, ids.emplace_back()))
      return invalid(std::string(name), fmt::format("There is no such {}.", name));
  }
  return ids;
}

}  // namespace

Result<SubjectFilter> subject_filter_of(const Context& ctx) {
  SubjectFilter filter = TRY(subject_filter_without_kind(ctx));
  filter.kinds = TRY(words_in<SubjectKind>(ctx, "kind"));
  return filter;
}

Result<SubjectFilter> subject_filter_without_kind(const Context& ctx) {
  SubjectFilter filter;
  filter.states = TRY(words_in<ShownState>(ctx, "state"));
  filter.tags = TRY(ctx.query_texts("tag", kTagCharactersMax));
  const auto labels = TRY(ctx.query_texts("label", kLabelKeyMax + 1 + kLabelValueMax));
  for (const std::string& text : labels) {
    Label label = TRY(parse_label("label", text));
    filter.labels.emplace_back(std::move(label), text.find('=') == std::string::npos);
  }
  filter.teams = TRY(ids_in<TeamId>(ctx, "team"));
  filter.groups = TRY(ids_in<GroupId>(ctx, "group"));
  filter.text = TRY(ctx.query_text("q", kTextCharactersMax));
  return filter;
}

Result<SubjectOrder> subject_order_of(const Context& ctx) {
  const std::string sort = TRY(ctx.query_text("sort", kWordCharactersMax));
  if (sort.empty()) return SubjectOrder::name;
  const auto order = parse_word<SubjectOrder>(sort);
  if (!order) return invalid("sort", fmt::format("This must be one of: {}.", listed(words_of<SubjectOrder>())));
  return *order;
}

}  // namespace connlog::web
