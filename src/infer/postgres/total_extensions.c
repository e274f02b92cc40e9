/* SPDX-License-Identifier: MIT */
#include "infer/postgres/total.h"

#include <string.h>

/* Of extensions that come with the server, the functions that are total: those that are written in C, as what a
 * function in SQL does depends on what it calls. */
static const struct {
    const char *extension;
    const char *name;
} functions[] = {
    {"citext", "citext"},
    {"citext", "citext_eq"},
    {"citext", "citext_ge"},
    {"citext", "citext_gt"},
    {"citext", "citext_larger"},
    {"citext", "citext_le"},
    {"citext", "citext_lt"},
    {"citext", "citext_ne"},
    {"citext", "citext_pattern_ge"},
    {"citext", "citext_pattern_gt"},
    {"citext", "citext_pattern_le"},
    {"citext", "citext_pattern_lt"},
    {"citext", "citext_smaller"},
    {"citext", "texticlike"},
    {"citext", "texticnlike"},
    {"citext", "texticregexeq"},
    {"citext", "texticregexne"},
    {"fuzzystrmatch", "difference"},
    {"fuzzystrmatch", "dmetaphone"},
    {"fuzzystrmatch", "dmetaphone_alt"},
    {"fuzzystrmatch", "levenshtein"},
    {"fuzzystrmatch", "levenshtein_less_equal"},
    {"fuzzystrmatch", "metaphone"},
    {"fuzzystrmatch", "soundex"},
    {"fuzzystrmatch", "text_soundex"},
    {"pg_trgm", "set_limit"},
    {"pg_trgm", "show_limit"},
    {"pg_trgm", "show_trgm"},
    {"pg_trgm", "similarity"},
    {"pg_trgm", "similarity_dist"},
    {"pg_trgm", "similarity_op"},
    {"pg_trgm", "strict_word_similarity"},
    {"pg_trgm", "strict_word_similarity_commutator_op"},
    {"pg_trgm", "strict_word_similarity_dist_commutator_op"},
    {"pg_trgm", "strict_word_similarity_dist_op"},
    {"pg_trgm", "strict_word_similarity_op"},
    {"pg_trgm", "word_similarity"},
    {"pg_trgm", "word_similarity_commutator_op"},
    {"pg_trgm", "word_similarity_dist_commutator_op"},
    {"pg_trgm", "word_similarity_dist_op"},
    {"pg_trgm", "word_similarity_op"},
    {"pgcrypto", "armor"},
    {"pgcrypto", "crypt"},
    {"pgcrypto", "decrypt"},
    {"pgcrypto", "decrypt_iv"},
    {"pgcrypto", "digest"},
    {"pgcrypto", "encrypt"},
    {"pgcrypto", "encrypt_iv"},
    {"pgcrypto", "gen_random_bytes"},
    {"pgcrypto", "gen_random_uuid"},
    {"pgcrypto", "gen_salt"},
    {"pgcrypto", "hmac"},
    {"pgcrypto", "pgp_pub_decrypt"},
    {"pgcrypto", "pgp_pub_decrypt_bytea"},
    {"pgcrypto", "pgp_pub_encrypt"},
    {"pgcrypto", "pgp_pub_encrypt_bytea"},
    {"pgcrypto", "pgp_sym_decrypt"},
    {"pgcrypto", "pgp_sym_decrypt_bytea"},
    {"pgcrypto", "pgp_sym_encrypt"},
    {"pgcrypto", "pgp_sym_encrypt_bytea"},
    {"unaccent", "unaccent"},
    {"uuid-ossp", "uuid_generate_v1"},
    {"uuid-ossp", "uuid_generate_v1mc"},
    {"uuid-ossp", "uuid_generate_v3"},
    {"uuid-ossp", "uuid_generate_v4"},
    {"uuid-ossp", "uuid_generate_v5"},
    {"uuid-ossp", "uuid_nil"},
    {"uuid-ossp", "uuid_ns_dns"},
    {"uuid-ossp", "uuid_ns_oid"},
    {"uuid-ossp", "uuid_ns_url"},
    {"uuid-ossp", "uuid_ns_x500"},
};

bool tn__pg_is_total_of(const char *extension, const char *name)
{
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
        if (strcmp(functions[i].extension, extension) == 0 && strcmp(functions[i].name, name) == 0)
            return true;
    return false;
}
