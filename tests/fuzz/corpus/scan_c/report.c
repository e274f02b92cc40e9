#include <stdio.h>

#include "report.tenon.h"

/* TN_QUERY(in_a_comment, ":one", "SELECT 1"); */
TN_QUERY(user_names, ":many",
         "SELECT name, mail\n" /* between the parts */
         "FROM users\n"
         "WHERE name > :after -- not \"before\", and why??!\n"
         "ORDER BY name");

TN_QUERY(user_total, ":one", "-- column total int not null\nSELECT count(*) AS total FROM users");

int main(void)
{
    puts("TN_QUERY(in_a_string, \":one\", \"SELECT 1\")");
    return 0;
}
