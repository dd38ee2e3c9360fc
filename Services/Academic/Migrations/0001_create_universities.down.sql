DROP TABLE programs;
DROP TABLE departments;
DROP TABLE mail_domains;
DROP TABLE universities;
