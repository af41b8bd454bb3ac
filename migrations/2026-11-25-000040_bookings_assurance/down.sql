DROP TABLE review_told;
DROP TABLE assurance_answer;
DROP TABLE booking;
