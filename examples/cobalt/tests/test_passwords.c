/* SPDX-License-Identifier: MIT */
#include "password.h"
#include "support.h"

#define SALT "000102030405060708090a0b0c0d0e0f"
#define KEY  "531604fe738df33ae62cd2b994bfe3f573ed28c0d9e5547f875b6413189ce59a"

static bool fits(tn_text password, tn_text hash)
{
    tn_error err = {0};
    bool is_right;
    assert_int_equal(password_is(&is_right, password, hash, &err), TN_OK);
    return is_right;
}

static void password_is_told_from_others(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    tn_error err = {0};
    assert_int_equal(password_hash(hash, T("correct horse"), &err), TN_OK);
    assert_true(fits(T("correct horse"), T(hash)));
    assert_false(fits(T("correct horse "), T(hash)));
    assert_false(fits(T(""), T(hash)));
    assert_null(strstr(hash, "horse"));
}

static void password_has_another_hash_each_time(void **state)
{
    (void)state;
    char a[PASSWORD_HASH_SIZE];
    char b[PASSWORD_HASH_SIZE];
    tn_error err = {0};
    assert_int_equal(password_hash(a, T("x"), &err), TN_OK);
    assert_int_equal(password_hash(b, T("x"), &err), TN_OK);
    assert_string_not_equal(a, b);
}

static void password_that_is_empty_is_refused(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    tn_error err = {0};
    assert_int_equal(password_hash(hash, T(""), &err), TN_EINVAL);
    assert_int_equal(password_hash(hash, T(NULL), &err), TN_EINVAL);
}

static void hash_is_what_the_standard_makes(void **state)
{
    (void)state;
    /* What another implementation (Python's hashlib.scrypt) makes of the same. */
    assert_true(fits(T("pleaseletmein"), T("scrypt$14$8$1$" SALT "$" KEY)));
}

static void hash_that_is_none_fits_no_password(void **state)
{
    static const char *const hashes[] = {NULL, "", "none", "scrypt$15$8$3$00$00",
                                         "scrypt$63$8$3$" SALT "$" KEY};
    (void)state;
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++)
        assert_false(fits(T("pleaseletmein"), T(hashes[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(password_is_told_from_others),
        cmocka_unit_test(password_has_another_hash_each_time),
        cmocka_unit_test(password_that_is_empty_is_refused),
        cmocka_unit_test(hash_is_what_the_standard_makes),
        cmocka_unit_test(hash_that_is_none_fits_no_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
