// What a group has beside what every subject has, for answers. Any worker.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/people/actor.h"
#include "web/api/watch/services.h"

namespace connlog::web::watch {

enum class MemberNames { listed, left_out };

// {health, amount, counts, member_ids}: counts are of all members, ids only of those that the reader sees. Null: the
// subject is no group.
Result<nlohmann::json> group_part(Snapshot&, const Services&, const Actor& reader, const Subject&, MemberNames);

}  // namespace connlog::web::watch
